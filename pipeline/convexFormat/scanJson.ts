/**
 * A quick look over a JSON text for what `JSON.parse` would lose or let pass. It skips strings by `indexOf`, so that it
 * costs a fraction of parsing; most documents of an export hold nothing of the kind.
 */
const quote = 34;
const dollar = 36;
const plus = 43;
const minus = 45;
const dot = 46;
const zero = 48;
const nine = 57;
const colon = 58;
const upperE = 69;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const lowerE = 101;
const openBrace = 123;
const closeBrace = 125;

/** A number this long may be out of a double's range without an exponent. */
const longNumber = 300;

export interface JsonFindings {
  /** A number without fraction and exponent: an Int64 in `"uniform"`. */
  readonly bareInteger: boolean;
  /** A key that starts with `$`. */
  readonly dollarKey: boolean;
  /** Something that only an exact reading can judge: an exponent, a very long number, a surrogate's escape, deep nesting, no JSON. */
  readonly suspicious: boolean;
}

/**
 * Looks over a JSON text once. Texts that are no JSON get any answer; who reads them afterwards finds out.
 * @param maxDepth nesting beyond which a text is suspicious
 */
export function scanJson(text: string, maxDepth: number): JsonFindings {
  let bareInteger = false;
  let dollarKey = false;
  // Escapes of surrogates are rare (exports hold plain UTF-8), so all of them are looked at closely.
  let suspicious = text.includes("\\ud") || text.includes("\\uD");
  let depth = 0;
  const length = text.length;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) {
      const end = endOfString(text, i);
      if (end === -1) return { bareInteger, dollarKey, suspicious: true };
      // An escaped `$` (`"\u0024float"`) is as much a key's first character as a plain one.
      const first = text.charCodeAt(i + 1);
      if ((first === dollar || first === backslash) && isKey(text, end)) dollarKey = true;
      i = end;
    } else if (code === minus || (code >= zero && code <= nine)) {
      const start = i;
      let isInteger = true;
      for (i++; i < length; i++) {
        const next = text.charCodeAt(i);
        if (next >= zero && next <= nine) continue;
        if (next === dot) isInteger = false;
        else if (next === lowerE || next === upperE) {
          isInteger = false;
          suspicious = true;
        } else if (next !== plus && next !== minus) break;
      }
      if (isInteger) bareInteger = true;
      if (i - start > longNumber) suspicious = true;
      i--;
    } else if (code === openBrace || code === openBracket) {
      if (++depth > maxDepth) suspicious = true;
    } else if (code === closeBrace || code === closeBracket) depth--;
  }
  return { bareInteger, dollarKey, suspicious };
}

/** Where the string that opens at `start` closes; -1 when it does not. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
    end = text.indexOf('"', end + 1);
  }
  return -1;
}

/** Whether the string that closes at `end` is a key: a colon follows. */
export function isKey(text: string, end: number): boolean {
  let i = end + 1;
  while (text.charCodeAt(i) <= 32) i++;
  return text.charCodeAt(i) === colon;
}
