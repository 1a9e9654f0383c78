/** How numbers of a JSON text are skipped, and told apart: `1` is an Int64 in the `"uniform"` encoding, `1.0` a Float64. */

const plus = 43;
const comma = 44;
const minus = 45;
const dot = 46;
const zero = 48;
const nine = 57;
const upperE = 69;
const lowerE = 101;
const closeBracket = 93;

/** What is shorter is held exactly by an Int64, and is finite as a Float64 when its exponent is short too. */
const longestInteger = 18;
const longestNumber = 40;
const longestExponent = 2;

/** Of `skipNumber`'s result: low bit set for a Float64. */
const floatBit = 1;

/** Not a number, or one that only an exact reading can judge: `-0`, one that may be out of range. */
export const notPlain = -1;

export const isFloat = (skipped: number): boolean => (skipped & floatBit) === floatBit;
export const endOf = (skipped: number): number => skipped >> 1;

const isDigit = (byte: number): boolean => byte >= zero && byte <= nine;

/**
 * Skips the number at `start`. The bytes must end with something that belongs to no number.
 * @param isTrusted its range is known to be fine
 * @returns `notPlain`, or its end and whether it is a Float64 in one number (`endOf`, `isFloat`): this is called a billion times
 */
export function skipNumber(bytes: Uint8Array, start: number, isTrusted: boolean): number {
  let at = start;
  if (bytes[at] === minus) at++;
  const first = bytes[at++] as number;
  if (!isDigit(first)) return notPlain;
  if (first === zero) {
    if (isDigit(bytes[at] as number)) return notPlain;
  } else while (isDigit(bytes[at] as number)) at++;

  let float = 0;
  if (bytes[at] === dot) {
    float = floatBit;
    const fraction = ++at;
    while (isDigit(bytes[at] as number)) at++;
    if (at === fraction) return notPlain;
  }
  if (bytes[at] === lowerE || bytes[at] === upperE) {
    float = floatBit;
    at++;
    if (bytes[at] === plus || bytes[at] === minus) at++;
    const exponent = at;
    while (isDigit(bytes[at] as number)) at++;
    if (at === exponent || (at - exponent > longestExponent && !isTrusted)) return notPlain;
  }
  const length = at - start;
  if (float === 0) {
    if (first === zero && length > 1) return notPlain;
    if (length > longestInteger && !isTrusted) return notPlain;
  } else if (length > longestNumber && !isTrusted) return notPlain;
  return at * 2 + float;
}

/**
 * Skips an array that holds nothing but Float64s, without white space.
 * @param start index of its `[`
 * @returns the index behind its `]` and its elements; null where it is no such array
 */
export function skipFloats(bytes: Uint8Array, start: number): { readonly end: number; readonly floats: number } | null {
  let at = start + 1;
  if (bytes[at] === closeBracket) return { end: at + 1, floats: 0 };
  for (let floats = 1; ; floats++) {
    const skipped = skipNumber(bytes, at, false);
    if (skipped === notPlain || !isFloat(skipped)) return null;
    at = endOf(skipped);
    const next = bytes[at++];
    if (next === closeBracket) return { end: at, floats };
    if (next !== comma) return null;
  }
}
