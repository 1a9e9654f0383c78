/**
 * Text → text of the same length and kind: letters become letters of the same case, digits digits, all others characters of the same number
 * of UTF-8 bytes and UTF-16 units, while punctuation and white space stay. Each character moves by an amount that the key and the letters
 * before it decide, so equal texts stay equal and, of ASCII, different ones different. Without the key nothing is computed back; what can
 * still be seen is lengths, punctuation, and which texts begin alike.
 */

/** Two words of 32 bits, from a secret key (`replacementKey`). */
export type ReplacementKey = readonly [number, number];

const lowerA = 97;
const upperA = 65;
const zero = 48;
const letters = 26;
const digits = 10;

/** Two bytes of UTF-8 each, composed, and with an upper case of as many. */
const latin = "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþ";
/** Three bytes each. */
const ideographs = { first: 0x4e00, count: 0x5000 };
/** Four bytes, and two UTF-16 units. */
const pictures = { first: 0x1f300, count: 0x300 };

const staying = /[\p{P}\p{Z}\p{C}\p{S}\p{M}\s]/u;
const pictured = /\p{Extended_Pictographic}/u;

/** Replaces characters one after another. A new one for each text, or `restart` where a text's pieces stand for themselves. */
export class LetterReplacer {
  private a: number;
  private b: number;

  constructor(private readonly key: ReplacementKey) {
    [this.a, this.b] = key;
  }

  restart(): void {
    [this.a, this.b] = this.key;
  }

  /** @param character one code point as a string */
  replace(character: string): string {
    const code = character.codePointAt(0) ?? 0;
    if (code < 128) return this.replaceAscii(code, character);
    if (pictured.test(character) && code > 0xffff) return String.fromCodePoint(this.among(code, pictures));
    if (staying.test(character)) return character;
    if (code > 0xffff) return String.fromCodePoint(this.among(code, pictures));
    if (code > 0x7ff) return String.fromCodePoint(this.among(code, ideographs));
    const lower = character.toLowerCase();
    const replaced = latin[this.step(lower.codePointAt(0) ?? 0) % latin.length] ?? "à";
    return lower === character ? replaced : replaced.toUpperCase();
  }

  private replaceAscii(code: number, character: string): string {
    if (code >= lowerA && code < lowerA + letters)
      return String.fromCharCode(lowerA + this.shifted(code - lowerA, letters));
    if (code >= upperA && code < upperA + letters)
      return String.fromCharCode(upperA + this.shifted(code - upperA, letters));
    if (code >= zero && code < zero + digits) return String.fromCharCode(zero + this.shifted(code - zero, digits));
    return character;
  }

  /** A number below `count` moved within it: upper and lower case of a letter move alike. */
  private shifted(value: number, count: number): number {
    const amount = this.amount();
    // Digits and letters are told apart for what comes behind.
    this.mix(value + (count === digits ? 1_000 : 0));
    return (value + (amount % count)) % count;
  }

  private among(code: number, { first, count }: { readonly first: number; readonly count: number }): number {
    return first + (this.step(code) % count);
  }

  /** What code and everything before it decide together. */
  private step(code: number): number {
    this.mix(code);
    return this.amount();
  }

  private amount(): number {
    let mixed = Math.imul(this.a ^ (this.b >>> 15), 0x2c1b3c6d);
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  private mix(value: number): void {
    this.a = Math.imul((this.a ^ value) + this.key[1], 0x85ebca6b);
    this.a ^= this.a >>> 13;
    this.b = Math.imul((this.b + this.a) ^ this.key[0], 0xc2b2ae35);
    this.b ^= this.b >>> 16;
  }
}
