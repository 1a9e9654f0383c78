import { isExactDouble } from "./decimal.js";

/** What a JSON text holds that `JSON.parse` does not tell. */
interface JsonScan {
  /** Keys as written, repeated ones counted each time. */
  readonly keys: number;
  /** Every number is one that a double keeps. */
  readonly numbersAreExact: boolean;
}

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const lowerE = 0x65;
const zero = 0x30;
const nine = 0x39;
const minus = 0x2d;
const plus = 0x2b;
const dot = 0x2e;

/** Up to this many digits, and without an exponent, every decimal survives the way through a double and back. */
const alwaysExactDigits = 15;

/**
 * Reads a JSON text once, from token to token.
 *
 * @param text must be valid JSON: its grammar is not checked again.
 */
export function scanJson(text: string): JsonScan {
  let keys = 0;
  let numbersAreExact = true;
  let at = 0;
  while (at < text.length) {
    const character = text.charCodeAt(at);
    if (character === quote) at = endOfString(text, at) + 1;
    else if (character === minus || isDigit(character)) {
      const start = at;
      at = endOfNumber(text, start);
      numbersAreExact &&= isExact(text, start, at);
    } else {
      if (character === colon) keys += 1;
      at += 1;
    }
  }
  return { keys, numbersAreExact };
}

/** Index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = start;
  let escapes: number;
  do {
    end = text.indexOf('"', end + 1);
    escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes += 1;
  } while (escapes % 2 === 1);
  return end;
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length) {
    const character = text.charCodeAt(end);
    const belongs =
      isDigit(character) ||
      character === dot ||
      character === minus ||
      character === plus ||
      (character | 0x20) === lowerE;
    if (!belongs) break;
    end += 1;
  }
  return end;
}

function isDigit(character: number): boolean {
  return character >= zero && character <= nine;
}

function isExact(text: string, start: number, end: number): boolean {
  let digits = 0;
  for (let at = start; at < end; at++) {
    const character = text.charCodeAt(at);
    if (isDigit(character)) digits += 1;
    else if ((character | 0x20) === lowerE) return isExactDouble(text.slice(start, end));
  }
  return digits <= alwaysExactDigits || isExactDouble(text.slice(start, end));
}
