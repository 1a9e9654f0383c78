import type { Value } from "convex/values";

/** An object of fields, as opposed to null, an array, bytes or a text. */
export function isObject(value: Value | undefined): value is Record<string, Value | undefined> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ArrayBuffer);
}

/**
 * Equal in value (spec 4, law 2): the order of keys is free, a field that is undefined is no field, −0 equals 0 and NaN
 * equals NaN. An Int64 never equals a Float64. Linear in the smaller value.
 */
export function sameValue(left: Value | undefined, right: Value | undefined): boolean {
  if (left === right) return true;
  if (typeof left === "number") return Number.isNaN(left) && Number.isNaN(right);
  if (Array.isArray(left)) return Array.isArray(right) && sameItems(left, right);
  if (left instanceof ArrayBuffer) return right instanceof ArrayBuffer && sameBytes(left, right);
  return isObject(left) && isObject(right) && sameFields(left, right);
}

function sameItems(left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((item, index) => sameValue(item, right[index]));
}

function sameBytes(left: ArrayBuffer, right: ArrayBuffer): boolean {
  if (left.byteLength !== right.byteLength) return false;
  const bytes = new Uint8Array(right);
  return new Uint8Array(left).every((byte, index) => byte === bytes[index]);
}

function sameFields(left: Record<string, Value | undefined>, right: Record<string, Value | undefined>): boolean {
  const keys = Object.keys(left).filter((key) => left[key] !== undefined);
  const others = Object.keys(right).filter((key) => right[key] !== undefined);
  return (
    keys.length === others.length && keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
  );
}
