import type { Value } from "convex/values";

/** Longer texts are counted by `TextEncoder`, which copies them, but in native code. */
const countedByLetter = 500;

/**
 * A value's bytes in Convex's own count; an undefined one has none. The same number as `getConvexSize` of `convex/values`, which only
 * versions from 1.31.7 on have, and which copies every long text to measure it; a test holds the two against each other.
 *
 * @param byteLength of a text in UTF-8; a runtime that has a function of its own for it is faster with that
 */
export function convexSize(value: Value | undefined, byteLength = utf8Length): number {
  if (typeof value === "string") return 2 + byteLength(value);
  if (typeof value === "number" || typeof value === "bigint") return 9;
  if (typeof value === "boolean" || value === null) return 1;
  if (value === undefined) return 0;
  if (value instanceof ArrayBuffer) return 2 + value.byteLength;
  let size = 2;
  if (Array.isArray(value)) {
    for (const item of value) size += convexSize(item, byteLength);
    return size;
  }
  const fields = value as Readonly<Record<string, Value | undefined>>;
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    if (field !== undefined) size += byteLength(key) + 1 + convexSize(field, byteLength);
  }
  return size;
}

function utf8Length(text: string): number {
  if (text.length > countedByLetter) return new TextEncoder().encode(text).length;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdbff) bytes += 3;
    else {
      // The first half of a pair, whose two halves take four bytes.
      bytes += 4;
      i++;
    }
  }
  return bytes;
}
