/**
 * A value's one text in the `"uniform"` export encoding (spec 1): equal values have equal texts, and a Convex import or
 * `decodeValue` reads the same value back.
 *
 * Numbers are laid out as Convex's backend lays them out (Rust's `ryu`: plain from 1e-5 up to 1e16, else with an
 * exponent), so that the text of an exported value is, byte for byte, what the export holds.
 */
import { Base64, type Value } from "convex/values";

/** Base64 of the 8 little-endian bytes of the three floats that have no JSON number. */
const notANumber = '{"$float":"AAAAAAAA+H8="}';
const infinity = '{"$float":"AAAAAAAA8H8="}';
const minusInfinity = '{"$float":"AAAAAAAA8P8="}';

const smallestPlain = 1e-5;
const firstWithExponent = 1e16;
const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;

/**
 * Encodes a value: no spaces, keys sorted by their UTF-8 bytes, fields that are undefined left out.
 * Throws RangeError for a bigint beyond 64 bits, and TypeError for an unresolved commit timestamp, which are no stored values.
 */
export function canonicalEncoding(value: Value): string {
  switch (typeof value) {
    case "string":
      return encodeString(value);
    case "number":
      return encodeFloat(value);
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      return encodeInt64(value);
    default:
      if (value === null) return "null";
      if (Array.isArray(value)) return encodeArray(value);
      if (value instanceof ArrayBuffer) return `{"$bytes":"${Base64.fromByteArray(new Uint8Array(value))}"}`;
      return encodeObject(value as Fields);
  }
}

/** Short texts are mostly ids and names, and looking at their letters takes a third of the time that `JSON.stringify` does. */
function encodeString(value: string): string {
  return value.length <= shortText && plainText.test(value) ? `"${value}"` : JSON.stringify(value);
}

const shortText = 64;

/** Letters that stand for themselves in JSON: printable ASCII but for the quote and the backslash. */
const plainText = /^[ !#-[\]-~]*$/;

function encodeFloat(value: number): string {
  if (Number.isInteger(value)) {
    if (Math.abs(value) < firstWithExponent) return Object.is(value, -0) ? "-0.0" : `${value}.0`;
  } else {
    const size = Math.abs(value);
    if (size >= smallestPlain && size < firstWithExponent) return String(value);
    if (Number.isNaN(value)) return notANumber;
    if (value === Number.POSITIVE_INFINITY) return infinity;
    if (value === Number.NEGATIVE_INFINITY) return minusInfinity;
  }
  return value.toExponential().replace("+", "");
}

function encodeInt64(value: bigint): string {
  if (value < minInt64 || value > maxInt64) throw new RangeError("a bigint beyond 64 bits has no encoding");
  return value.toString();
}

function encodeArray(elements: readonly Value[]): string {
  let text = "[";
  let separator = "";
  for (const element of elements) {
    text += separator + canonicalEncoding(element);
    separator = ",";
  }
  return `${text}]`;
}

type Fields = Readonly<Record<string, Value | undefined>>;

function encodeObject(fields: Fields): string {
  let text = "{";
  let separator = "";
  for (const key of sortedKeys(fields)) {
    const value = fields[key];
    if (value === undefined) continue;
    text += `${separator}${encodeString(key)}:${canonicalEncoding(value)}`;
    separator = ",";
  }
  if (text === "{") refusePlaceholder(fields);
  return `${text}}`;
}

/** A commit timestamp that is not known yet is an object of a class without fields; older versions of `convex/values` do not export it. */
function refusePlaceholder(fields: Fields): void {
  if (fields.constructor?.name === "CommitTsPlaceholder")
    throw new TypeError("an unresolved commit timestamp has no encoding");
}

/** Documents come with their keys in order, so looking first saves most of the sorting. */
function sortedKeys(fields: object): string[] {
  const keys = Object.keys(fields);
  for (let i = 1; i < keys.length; i++) {
    if (compareUtf8(keys[i - 1] ?? "", keys[i] ?? "") > 0) return keys.sort(compareUtf8);
  }
  return keys;
}

/** Orders two texts as their UTF-8 bytes do, which is by code point; `<` alone would put a surrogate pair before U+E000 to U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    const leftIsSurrogate = left >= 0xd800 && left <= 0xdfff;
    const rightIsSurrogate = right >= 0xd800 && right <= 0xdfff;
    if (leftIsSurrogate !== rightIsSurrogate) {
      if (leftIsSurrogate && right > 0xdfff) return 1;
      if (rightIsSurrogate && left > 0xdfff) return -1;
    }
    return left - right;
  }
  return a.length - b.length;
}
