/**
 * Convex document ids (spec 1): lower-case Crockford base32 of vint(table number) ‖ 16 bytes ‖ Fletcher-16 checksum.
 * The table an id belongs to can be read off the id, and ids can be made offline.
 */
import { hash } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const notADigit = 255;
const digitOf = digitTable();

/** Characters of an id → its bytes: one for each length of the table number's vint, 1 to 5. */
const bytesByLength: ReadonlyMap<number, number> = new Map([
  [31, 19],
  [32, 20],
  [34, 21],
  [36, 22],
  [37, 23],
]);

const internalBytes = 16;
const hashBytes = 14;
const checksumBytes = 2;
const dayMilliseconds = 86_400_000;

export const maxTableNumber = 0xffff_ffff;

interface DecodedId {
  readonly tableNumber: number;
  /** The 16 bytes in which Convex orders a table's documents. */
  readonly bytes: Uint8Array;
}

/** Takes an id apart; null unless the text is an id in its canonical spelling. */
export function decodeId(text: string): DecodedId | null {
  const length = bytesByLength.get(text.length);
  if (length === undefined) return null;
  const bytes = decodeBase32(text, length);
  if (bytes === null) return null;

  let tableNumber = 0;
  const numberBytes = length - internalBytes - checksumBytes;
  for (let i = 0; i < numberBytes; i++) {
    const byte = bytes[i] ?? 0;
    const isLast = i === numberBytes - 1;
    if (byte >= 128 === isLast) return null;
    // A last byte of zero would be a longer spelling of a smaller number.
    if (isLast && byte === 0) return null;
    tableNumber += (byte & 127) * 2 ** (7 * i);
  }
  if (tableNumber > maxTableNumber) return null;

  const end = length - checksumBytes;
  const checksum = fletcher16(bytes, end);
  if (bytes[end] !== (checksum & 255) || bytes[end + 1] !== checksum >> 8) return null;
  return { tableNumber, bytes: bytes.subarray(numberBytes, end) };
}

/**
 * Puts an id together.
 * @param tableNumber 1 to 4,294,967,295
 * @param bytes the 16 bytes
 * Throws RangeError when either is outside of that.
 */
export function encodeId(tableNumber: number, bytes: Uint8Array): string {
  if (!Number.isInteger(tableNumber) || tableNumber < 1 || tableNumber > maxTableNumber) {
    throw new RangeError("a table number is an integer from 1 to 4294967295");
  }
  if (bytes.length !== internalBytes) throw new RangeError("an id holds 16 bytes");
  const whole: number[] = [];
  let rest = tableNumber;
  while (rest >= 128) {
    whole.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  whole.push(rest, ...bytes);
  const checksum = fletcher16(whole, whole.length);
  whole.push(checksum & 255, checksum >> 8);
  return encodeBase32(whole);
}

/**
 * Mints the id of a row that does not exist yet: the same row gets the same id in every run.
 * @param table name of the row's table, so that equal keys of two tables differ
 * @param key natural key; an absent part is ""
 * @param creationTime of the row, in milliseconds since 1970; Convex's own ids end in the day, so that ids of a day lie together
 */
export function mintId(tableNumber: number, table: string, key: readonly string[], creationTime: number): string {
  // Node's own SHA-256: ten times as fast as a JavaScript one, and a run mints millions.
  const bytes = hash("sha256", [table, ...key].join("\0"), "buffer").subarray(0, internalBytes);
  const day = Math.floor(creationTime / dayMilliseconds);
  bytes[hashBytes] = day >> 8;
  bytes[hashBytes + 1] = day;
  return encodeId(tableNumber, bytes);
}

function decodeBase32(text: string, length: number): Uint8Array | null {
  const bytes = new Uint8Array(length);
  let filled = 0;
  let bits = 0;
  let buffer = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = digitOf[text.charCodeAt(i)] ?? notADigit;
    if (digit === notADigit) return null;
    buffer = ((buffer << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[filled++] = buffer >> bits;
    }
  }
  // What is left is padding, and canonical padding is zero.
  return (buffer & ((1 << bits) - 1)) === 0 ? bytes : null;
}

function encodeBase32(bytes: readonly number[]): string {
  const letters: number[] = [];
  let bits = 0;
  let buffer = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      letters.push(alphabet.charCodeAt((buffer >> bits) & 31));
    }
  }
  if (bits > 0) letters.push(alphabet.charCodeAt((buffer << (5 - bits)) & 31));
  return String.fromCharCode(...letters);
}

/** Fletcher-16 with sums modulo 256 (not the usual 255) over the first `length` bytes. */
function fletcher16(bytes: ArrayLike<number>, length: number): number {
  let low = 0;
  let high = 0;
  for (let i = 0; i < length; i++) {
    low = (low + (bytes[i] ?? 0)) & 255;
    high = (high + low) & 255;
  }
  return (high << 8) | low;
}

function digitTable(): Uint8Array {
  const table = new Uint8Array(128).fill(notADigit);
  for (let digit = 0; digit < alphabet.length; digit++) table[alphabet.charCodeAt(digit)] = digit;
  return table;
}
