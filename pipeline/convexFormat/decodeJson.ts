/**
 * The exact JSON reader: knows how a number is spelled, which `JSON.parse` does not tell, and refuses what Convex
 * refuses. Slower than `JSON.parse`; `decodeValue` asks it only for texts that need it.
 */
import type { Value } from "convex/values";
import { type ErrorCode, UnnestError } from "../errors.js";
import { decodeTag, tagFault } from "./decodeTag.js";
import { endOfString } from "./scanJson.js";

/** Rust's JSON reader, and so Convex, stops at the same depth; documents themselves end at 16. */
export const maxJsonDepth = 128;

const quote = 34;
const comma = 44;
const colon = 58;
const openBracket = 91;
const closeBracket = 93;
const lowerF = 102;
const lowerN = 110;
const lowerT = 116;
const openBrace = 123;
const closeBrace = 125;
const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;
const numberToken = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const controlCharacter = /[^\u0020-\uffff]/;
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Reads one JSON text.
 * @param dialect `uniform`: bare integers are Int64, `$`-objects stand for values; `plain`: all numbers are Float64,
 * `$`-objects are refused
 */
export function decodeJson(text: string, dialect: "uniform" | "plain"): Value {
  return new JsonReader(text, dialect).read();
}

class JsonReader {
  private position = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly dialect: "uniform" | "plain",
  ) {}

  read(): Value {
    const value = this.value();
    this.skipSpace();
    if (this.position < this.text.length) this.fail("LINE_NOT_JSON", "something follows the end of the value");
    return value;
  }

  private value(): Value {
    this.skipSpace();
    switch (this.text.charCodeAt(this.position)) {
      case openBrace: {
        this.descend();
        const fields = this.object();
        this.depth--;
        return fields;
      }
      case openBracket: {
        this.descend();
        const elements = this.array();
        this.depth--;
        return elements;
      }
      case quote:
        return this.string();
      case lowerT:
        return this.word("true", true);
      case lowerF:
        return this.word("false", false);
      case lowerN:
        return this.word("null", null);
      default:
        return this.number();
    }
  }

  private descend(): void {
    if (++this.depth > maxJsonDepth) this.fail("JSON_TOO_DEEP", `the value nests deeper than ${maxJsonDepth} levels`);
    this.position++;
  }

  private object(): Value {
    const start = this.position - 1;
    const fields: { [key: string]: Value } = {};
    let hasTag = false;
    if (!this.took(closeBrace)) {
      do {
        this.skipSpace();
        if (this.text.charCodeAt(this.position) !== quote) this.unexpected();
        const key = this.string();
        if (key.startsWith("$")) hasTag = true;
        this.expect(colon);
        const value = this.value();
        // Assigning to `__proto__` would set the object's prototype instead of a field.
        if (key === "__proto__") {
          Object.defineProperty(fields, key, { value, writable: true, enumerable: true, configurable: true });
        } else fields[key] = value;
      } while (this.took(comma));
      this.expect(closeBrace);
    }
    if (!hasTag) return fields;
    const value = this.dialect === "uniform" ? decodeTag(fields) : undefined;
    if (value === undefined) {
      this.position = start;
      const fault = this.dialect === "uniform" ? tagFault(fields) : null;
      if (fault !== null) this.fail("VALUE_TAG_MALFORMED", fault);
      this.fail("VALUE_UNKNOWN_TAG", "an object with a key that starts with $ is none that this encoding knows");
    }
    return value;
  }

  private array(): Value {
    const elements: Value[] = [];
    if (this.took(closeBracket)) return elements;
    do elements.push(this.value());
    while (this.took(comma));
    this.expect(closeBracket);
    return elements;
  }

  private string(): string {
    const start = this.position;
    const end = endOfString(this.text, start);
    if (end === -1) {
      this.position = this.text.length;
      this.unexpected();
    }
    const raw = this.text.slice(start + 1, end);
    if (controlCharacter.test(raw)) this.fail("LINE_NOT_JSON", "a string holds a control character as it is");
    this.position = end + 1;
    if (!raw.includes("\\")) return raw;
    const value = this.unescape(start, end);
    if (loneSurrogate.test(value)) {
      this.position = start;
      this.fail("UNPAIRED_SURROGATE", "a string escapes half of a surrogate pair and is no Unicode text");
    }
    return value;
  }

  private unescape(start: number, end: number): string {
    try {
      return String(JSON.parse(this.text.slice(start, end + 1)));
    } catch {
      this.position = start;
      return this.fail("LINE_NOT_JSON", "a string holds an escape that JSON does not know");
    }
  }

  private number(): number | bigint {
    numberToken.lastIndex = this.position;
    const match = numberToken.exec(this.text);
    if (match === null) return this.unexpected();
    const [token, fraction, exponent] = match;
    const isBare = fraction === undefined && exponent === undefined;
    if (isBare && token !== "-0" && this.dialect === "uniform") {
      const integer = token.length < 16 ? BigInt(Number(token)) : BigInt(token);
      if (integer >= minInt64 && integer <= maxInt64) {
        this.position += token.length;
        return integer;
      }
    }
    const float = Number(token);
    if (!Number.isFinite(float)) this.fail("NUMBER_OUT_OF_RANGE", "a number is greater than a 64-bit float can hold");
    this.position += token.length;
    return float;
  }

  private word<T>(word: string, value: T): T {
    for (const character of word) {
      if (this.text[this.position] !== character) this.unexpected();
      this.position++;
    }
    return value;
  }

  private expect(code: number): void {
    if (!this.took(code)) this.unexpected();
  }

  private took(code: number): boolean {
    this.skipSpace();
    if (this.text.charCodeAt(this.position) !== code) return false;
    this.position++;
    return true;
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.position);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.position++;
    }
  }

  /** The text ends too early exactly when `place.offset` is its length. */
  private unexpected(): never {
    const ended = this.position >= this.text.length;
    return this.fail(
      "LINE_NOT_JSON",
      ended ? "the JSON ends before the value does" : "a character stands where JSON has none",
    );
  }

  private fail(code: ErrorCode, message: string): never {
    throw new UnnestError(code, message, { offset: this.position });
  }
}
