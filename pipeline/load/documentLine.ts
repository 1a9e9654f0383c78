/**
 * From a line of the archive to a line DuckDB can take as a row: members that fit their column stay what they are, all others move into a
 * member `_extra`. Almost every line of an export stays as it is.
 */
import { isUtf8 } from "node:buffer";
import type { Value } from "convex/values";
import { canonicalEncoding } from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import { repeatedKeys } from "../convexFormat/repeatedKeys.js";
import { UnnestError } from "../errors.js";
import { ColumnIndex, nextHash } from "./columnIndex.js";
import type { RawColumn } from "./columns.js";
import { endOf, isFloat, notPlain, skipFloats, skipNumber } from "./numberText.js";
import { skipLiteral, skipNested, skipString } from "./skipValue.js";

const newline = 10;
const quote = 34;
const dollar = 36;
const comma = 44;
const colon = 58;
const openBracket = 91;
const backslash = 92;
const lowerF = 102;
const lowerN = 110;
const lowerT = 116;
const openBrace = 123;
const closeBrace = 125;

const openBytes = Buffer.from("{");
const closeBytes = Buffer.from("}\n");
const commaBytes = Buffer.from(",");

/** In `_fault` until `validateTable` has come by: the document holds an array that SQL cannot validate. No reason looks like it. */
export const validateMark = "!";

/** How the floats without a JSON number reach a DOUBLE column. */
const specialFloats: ReadonlyMap<string, string> = new Map([
  ['{"$float":"AAAAAAAA+H8="}', '"nan"'],
  ['{"$float":"AAAAAAAA8H8="}', '"inf"'],
  ['{"$float":"AAAAAAAA8P8="}', '"-inf"'],
]);

/** What becomes of a member. */
const fate = {
  kept: 0,
  /** To `_extra`. */
  moved: 1,
  /** Its array of floats is handed on as a string: quotes take the place of its brackets. */
  lifted: 2,
  /** One of `specialFloats`. */
  special: 3,
};

/** `odd`: only the exact reader can tell. */
type Reading = "asItIs" | "rewritten" | "odd";

/** What stands in a column of arrays of floats. */
export interface FloatTally {
  arrays: number;
  /** Elements of all of them. */
  floats: number;
}

/** A key that stands more than once in its object. */
interface RepeatedKey {
  readonly _id: string;
  /** JSON Pointer. */
  readonly path: string;
}

export class DocumentLine {
  /** Index of the newline of the line that `rewrite` was given last. */
  end = 0;
  /** By column: what the lines so far held. Counted here, where every byte is looked at, nobody has to read the column for its size. */
  readonly floatTallies: ReadonlyMap<string, FloatTally>;

  private readonly index: ColumnIndex;
  /** The number of the reading in which a column was met last: how a repeated key shows. */
  private readonly met: Float64Array;
  private reading = 0;
  private needsValidation = false;
  private repeated: RepeatedKey[] = [];

  // The members of the line, by number; the arrays are used again for every line.
  private count = 0;
  private readonly starts: number[] = [];
  private readonly values: number[] = [];
  private readonly ends: number[] = [];
  private readonly fates: number[] = [];
  /** Of the line's arrays of floats: column and number of elements. */
  private readonly arrays: { readonly column: string; readonly floats: number }[] = [];

  constructor(private readonly columns: readonly RawColumn[]) {
    const floatArrays = columns.filter(({ isFloatArray }) => isFloatArray);
    this.floatTallies = new Map(floatArrays.map(({ name }) => [name, { arrays: 0, floats: 0 }]));
    this.index = new ColumnIndex(columns.map(({ name }) => name));
    this.met = new Float64Array(columns.length);
  }

  /**
   * The line that begins at `start`, as DuckDB is to read it; null where it stays in the block, which then may have been changed in place.
   * @param block whole lines, each of which is given once
   * Throws UnnestError NOT_UTF8, and as `decodeValue` does, without a place.
   */
  rewrite(block: Buffer, start: number): Buffer | null {
    const reading = this.read(block, start, false);
    if (reading !== "odd") return this.settle(block, reading);
    const end = block.indexOf(newline, start);
    // The exact and slow way: strictly decoded, the last of repeated keys taken, and spelled as an export spells it.
    const line = block.subarray(start, end);
    if (!isUtf8(line)) throw new UnnestError("NOT_UTF8", "a line is not UTF-8");
    const text = line.toString("utf8");
    const document = decodeValue(text);
    const exact = Buffer.from(`${canonicalEncoding(document)}\n`);
    const again = this.read(exact, 0, true);
    this.end = end;
    if (again === "odd") throw new UnnestError("INTERNAL", "a line that was decoded cannot be read");
    const { _id } = document as { readonly _id?: Value };
    for (const path of repeatedKeys(text)) this.repeated.push({ _id: String(_id), path });
    return this.settle(exact, again) ?? exact;
  }

  /** The repeated keys of the lines since the last call: all of a document's own; those inside its values only of a line read exactly. */
  takeRepeatedKeys(): readonly RepeatedKey[] {
    const taken = this.repeated;
    this.repeated = [];
    return taken;
  }

  /** Does what `read` has found out. */
  private settle(bytes: Buffer, reading: Exclude<Reading, "odd">): Buffer | null {
    for (const { column, floats } of this.arrays) {
      const tally = this.floatTallies.get(column);
      if (tally === undefined) continue;
      tally.arrays += 1;
      tally.floats += floats;
    }
    for (let i = 0; this.arrays.length > 0 && i < this.count; i++) {
      if (this.fates[i] !== fate.lifted) continue;
      // Reading 1,536 numbers only to write them again would take DuckDB longer than everything else together.
      bytes[this.values[i] ?? 0] = quote;
      bytes[(this.ends[i] ?? 0) - 1] = quote;
    }
    return reading === "asItIs" ? null : this.write(bytes);
  }

  private read(bytes: Buffer, start: number, isTrusted: boolean): Reading {
    this.reading++;
    this.count = 0;
    this.arrays.length = 0;
    this.needsValidation = false;
    if (bytes[start] !== openBrace) return "odd";
    let isChanged = false;
    let unknown: Set<string> | null = null;
    let at = start + 1;
    if (bytes[at] === closeBrace) at++;
    else {
      let next: number | undefined = comma;
      while (next === comma) {
        this.starts[this.count] = at;
        const key = at + 1;
        const keyEnd = this.skipKey(bytes, at, isTrusted);
        if (keyEnd === notPlain || bytes[keyEnd + 1] !== colon) return "odd";
        const column = this.index.find(this.hash, bytes, key, keyEnd);
        if (column === -1) {
          const name = bytes.toString("latin1", key, keyEnd);
          unknown ??= new Set();
          if (unknown.has(name)) return "odd";
          unknown.add(name);
        } else if (this.met[column] === this.reading) return "odd";
        else this.met[column] = this.reading;

        at = this.skipMember(bytes, keyEnd + 2, this.columns[column], isTrusted);
        if (at === notPlain) return "odd";
        if (this.fates[this.count] === fate.moved || this.fates[this.count] === fate.special) isChanged = true;
        this.count++;
        next = bytes[at++];
      }
      if (next !== closeBrace) return "odd";
    }
    if (bytes[at] !== newline) return "odd";
    this.end = at;
    return isChanged || this.needsValidation ? "rewritten" : "asItIs";
  }

  /** Of the key that was skipped last. */
  private hash = 0;

  /** @returns index of the closing quote */
  private skipKey(bytes: Buffer, start: number, isTrusted: boolean): number {
    if (bytes[start] !== quote || (bytes[start + 1] === dollar && !isTrusted)) return notPlain;
    let at = start + 1;
    let hash = 0;
    for (let byte = bytes[at] as number; byte !== quote; byte = bytes[++at] as number) {
      if (byte < 32) return notPlain;
      if (byte === backslash) {
        if (!isTrusted) return notPlain;
        at++;
      }
      hash = nextHash(hash, byte);
    }
    this.hash = hash;
    return at;
  }

  /** Skips the value at `start`, decides what becomes of the member and notes it. */
  private skipMember(bytes: Buffer, start: number, column: RawColumn | undefined, isTrusted: boolean): number {
    const sqlType = column?.sqlType;
    // A JSON column takes everything but null, which would be no value at all; an array of floats takes only arrays.
    const isAny = sqlType === "JSON" && column?.isFloatArray === false;
    let fits = false;
    let end: number;
    switch (bytes[start]) {
      case quote:
        fits = isAny || sqlType === "VARCHAR";
        end = skipString(bytes, start);
        break;
      case openBracket:
        if (column?.isFloatArray === true) return this.skipFloatArray(bytes, start, column.name, isTrusted);
        fits = isAny;
        end = skipNested(bytes, start, isTrusted);
        break;
      case openBrace:
        fits = isAny;
        end = skipNested(bytes, start, isTrusted);
        if (sqlType === "DOUBLE" && isTrusted && specialFloats.has(bytes.toString("latin1", start, end))) {
          return this.note(start, end, fate.special);
        }
        break;
      case lowerT:
      case lowerF:
        fits = isAny || sqlType === "BOOLEAN";
        end = skipLiteral(bytes, start);
        break;
      case lowerN:
        end = skipLiteral(bytes, start);
        break;
      default: {
        const skipped = skipNumber(bytes, start, isTrusted);
        if (skipped === notPlain) return notPlain;
        fits = isAny || sqlType === (isFloat(skipped) ? "DOUBLE" : "BIGINT");
        end = endOf(skipped);
      }
    }
    return end === notPlain ? notPlain : this.note(start, end, fits ? fate.kept : fate.moved);
  }

  private skipFloatArray(bytes: Buffer, start: number, column: string, isTrusted: boolean): number {
    const skipped = skipFloats(bytes, start);
    if (skipped !== null) {
      this.arrays.push({ column, floats: skipped.floats });
      return this.note(start, skipped.end, fate.lifted);
    }
    if (!isTrusted) return notPlain;
    this.needsValidation = true;
    const end = skipNested(bytes, start, isTrusted);
    this.arrays.push({ column, floats: JSON.parse(bytes.toString("utf8", start, end)).length });
    return this.note(start, end, fate.kept);
  }

  private note(value: number, end: number, what: number): number {
    this.values[this.count] = value;
    this.ends[this.count] = end;
    this.fates[this.count] = what;
    return end;
  }

  private write(bytes: Buffer): Buffer {
    const kept: (Buffer | string)[] = [];
    const moved: Buffer[] = [];
    for (let i = 0; i < this.count; i++) {
      const start = this.starts[i] ?? 0;
      const value = this.values[i] ?? 0;
      const end = this.ends[i] ?? 0;
      switch (this.fates[i]) {
        case fate.moved:
          moved.push(commaBytes, bytes.subarray(start, end));
          break;
        case fate.special:
          kept.push(
            commaBytes,
            bytes.subarray(start, value),
            specialFloats.get(bytes.toString("latin1", value, end)) ?? "",
          );
          break;
        default:
          kept.push(commaBytes, bytes.subarray(start, end));
      }
    }
    // Every field with one of these two names is among the moved ones, so they can be no document's own.
    if (moved.length > 0) kept.push(commaBytes, '"_extra":{', ...moved.slice(1), "}");
    if (this.needsValidation) kept.push(commaBytes, `"_fault":"${validateMark}"`);
    const pieces = kept.slice(1).map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece));
    return Buffer.concat([openBytes, ...pieces, closeBytes]);
  }
}
