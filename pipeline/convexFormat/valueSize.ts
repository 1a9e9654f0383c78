import type { Value } from "convex/values";

/**
 * A value's bytes in Convex's own count (spec 1). The same number as `getConvexSize` of `convex/values`, which only versions from
 * 1.31.7 on have, and which makes a copy of every long text to measure it; a test holds the two against each other.
 */
export function valueSize(value: Value): number {
  if (typeof value === "string") return 2 + Buffer.byteLength(value);
  if (typeof value === "number" || typeof value === "bigint") return 9;
  if (typeof value === "boolean" || value === null) return 1;
  if (value instanceof ArrayBuffer) return 2 + value.byteLength;
  let size = 2;
  if (Array.isArray(value)) {
    for (const item of value) size += valueSize(item);
    return size;
  }
  const fields = value as Record<string, Value | undefined>;
  for (const key in fields) {
    const field = fields[key];
    if (field !== undefined) size += Buffer.byteLength(key) + 1 + valueSize(field);
  }
  return size;
}
