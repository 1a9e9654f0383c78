/** Walking over JSON values without building them. The bytes are whole lines: a newline ends whatever does not end by itself. */
import { endOf, notPlain, skipNumber } from "./numberText.js";

const quote = 34;
const dollar = 36;
const comma = 44;
const backslash = 92;
const openBrace = 123;

/** Nesting beyond which the exact reader has to look. */
const deepest = 64;

const kind = { other: 0, between: 1, quote: 2, number: 3, literal: 4, open: 5, close: 6 };
const kindOf = characterKinds();

/**
 * @param start index of the opening quote
 * @returns index behind the closing one; `notPlain` where there is none in this line. Escapes and UTF-8 are DuckDB's to check.
 */
export function skipString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (true) {
    const byte = bytes[at++] as number;
    if (byte === quote) return at;
    if (byte === backslash) {
      if ((bytes[at++] as number) < 32) return notPlain;
    } else if (byte < 32) return notPlain;
  }
}

/** Skips `true`, `false` or `null`. */
export function skipLiteral(bytes: Uint8Array, start: number): number {
  switch (bytes[start]) {
    case 116:
      return bytes[start + 1] === 114 && bytes[start + 2] === 117 && bytes[start + 3] === 101 ? start + 4 : notPlain;
    case 102:
      return bytes[start + 1] === 97 && bytes[start + 2] === 108 && bytes[start + 3] === 115 && bytes[start + 4] === 101
        ? start + 5
        : notPlain;
    case 110:
      return bytes[start + 1] === 117 && bytes[start + 2] === 108 && bytes[start + 3] === 108 ? start + 4 : notPlain;
    default:
      return notPlain;
  }
}

/**
 * Skips an object or array. Only what DuckDB's lenient reader would take otherwise than Convex is looked for (`NaN`, `-0`, a comma before a
 * closing bracket, numbers out of range, tags like `{"$float"}`, great depth); other syntax errors are left to that reader.
 * @param start index of its bracket
 * @param isTrusted tags and ranges are known to be fine
 * @returns index behind it, or `notPlain`
 */
export function skipNested(bytes: Uint8Array, start: number, isTrusted: boolean): number {
  let depth = 0;
  let at = start;
  while (true) {
    const byte = bytes[at] as number;
    switch (kindOf[byte]) {
      case kind.between:
        at++;
        break;
      case kind.quote:
        at = skipString(bytes, at);
        if (at === notPlain) return notPlain;
        break;
      case kind.number: {
        const skipped = skipNumber(bytes, at, isTrusted);
        if (skipped === notPlain) return notPlain;
        at = endOf(skipped);
        break;
      }
      case kind.literal:
        at = skipLiteral(bytes, at);
        if (at === notPlain) return notPlain;
        break;
      case kind.open:
        if (++depth > deepest && !isTrusted) return notPlain;
        at++;
        if (byte === openBrace && bytes[at] === quote && !isTrusted) {
          const first = bytes[at + 1];
          if (first === dollar || first === backslash) return notPlain;
        }
        break;
      case kind.close:
        if (bytes[at - 1] === comma) return notPlain;
        at++;
        if (--depth === 0) return at;
        break;
      default:
        return notPlain;
    }
  }
}

function characterKinds(): Uint8Array {
  const table = new Uint8Array(256);
  const set = (characters: string, value: number) => {
    for (const character of characters) table[character.charCodeAt(0)] = value;
  };
  set(",:", kind.between);
  set('"', kind.quote);
  set("-0123456789", kind.number);
  set("tfn", kind.literal);
  set("{[", kind.open);
  set("}]", kind.close);
  return table;
}
