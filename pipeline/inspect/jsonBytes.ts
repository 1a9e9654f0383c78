/** The tokens of JSON (RFC 8259) in UTF-8 bytes, strictly. */

/** The line is no JSON, or not such as an export holds. The reader that builds values says what is wrong with it. */
export class MalformedLine extends Error {
  override readonly name = "MalformedLine";
}

const [quote, backslash, space] = [0x22, 0x5c, 0x20];
const [plus, minus, point, zero, nine] = [0x2b, 0x2d, 0x2e, 0x30, 0x39];
const [upperE, lowerE, letterU] = [0x45, 0x65, 0x75];
/** Integers of so few characters, the sign included, are within ±2^63. */
const surelyInt64 = 18;
/** So many digits without an exponent are still a finite double. */
const surelyFinite = 300;
const leastInt64 = -(2n ** 63n);
const greatestInt64 = 2n ** 63n - 1n;

/** 1 for bytes that end a run of plain characters in a string: the quote, the backslash, control characters. */
const special = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte === quote || byte === backslash || byte < space),
);

export function isWhiteSpace(byte: number): boolean {
  return byte === space || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The position of the quote that closes the string opened at `start`. */
export function endOfString(bytes: Buffer, start: number, end: number): number {
  let position = start + 1;
  for (;;) {
    while (position < end && special[bytes[position] ?? 0] === 0) position++;
    if (position >= end) throw new MalformedLine();
    const byte = bytes[position] ?? 0;
    if (byte === quote) return position;
    if (byte !== backslash) throw new MalformedLine();
    position = endOfEscape(bytes, position, end);
  }
}

function endOfEscape(bytes: Buffer, start: number, end: number): number {
  const byte = bytes[start + 1] ?? 0;
  if (start + 1 >= end || !'"\\/bfnrtu'.includes(String.fromCharCode(byte))) throw new MalformedLine();
  if (byte !== letterU) return start + 2;
  const unit = codeUnit(bytes, start, end);
  if ((unit & 0xf800) !== 0xd800) return start + 6;
  // Half of a surrogate pair is no Unicode text: the second half has to follow the first.
  if (unit >= 0xdc00 || (codeUnit(bytes, start + 6, end) & 0xfc00) !== 0xdc00) throw new MalformedLine();
  return start + 12;
}

/** The code unit of the escape `\uXXXX` that has to stand at `start`. */
function codeUnit(bytes: Buffer, start: number, end: number): number {
  const match = start + 6 > end ? null : /^\\u([0-9a-fA-F]{4})$/.exec(bytes.toString("latin1", start, start + 6));
  if (match === null) throw new MalformedLine();
  return Number.parseInt(match[1] ?? "", 16);
}

/**
 * The position after the number that starts at `start`, and whether `uniform` encoding reads it as an Int64: written
 * without fraction and exponent, within ±2^63, and not -0. Throws where no double can hold it.
 */
export function endOfNumber(bytes: Buffer, start: number, end: number): { after: number; isInteger: boolean } {
  let position = bytes[start] === minus ? start + 1 : start;
  const isZero = bytes[position] === zero;
  position = isZero && position < end ? position + 1 : endOfDigits(bytes, position, end);
  const endOfInteger = position;
  let hasExponent = false;
  if (position < end && bytes[position] === point) position = endOfDigits(bytes, position + 1, end);
  if (position < end && (bytes[position] === lowerE || bytes[position] === upperE)) {
    hasExponent = true;
    const sign = bytes[position + 1];
    position = endOfDigits(bytes, position + (sign === plus || sign === minus ? 2 : 1), end);
  }
  const length = position - start;
  if ((hasExponent || length > surelyFinite) && !Number.isFinite(Number(bytes.toString("latin1", start, position)))) {
    throw new MalformedLine();
  }
  const isInteger =
    position === endOfInteger &&
    !(isZero && length === 2) &&
    (length <= surelyInt64 || isInt64(bytes.toString("latin1", start, position)));
  return { after: position, isInteger };
}

function isInt64(text: string): boolean {
  const value = BigInt(text);
  return value >= leastInt64 && value <= greatestInt64;
}

function endOfDigits(bytes: Buffer, start: number, end: number): number {
  let position = start;
  while (position < end && (bytes[position] ?? 0) >= zero && (bytes[position] ?? 0) <= nine) position++;
  if (position === start) throw new MalformedLine();
  return position;
}
