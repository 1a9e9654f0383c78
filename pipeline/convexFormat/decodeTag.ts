/** The `$`-objects of the `"uniform"` encoding: values that have no JSON of their own. */
import type { Value } from "convex/values";
import { decodeBase64 } from "./decodeBase64.js";

/**
 * The value that a `$`-object stands for; undefined when it is none of
 * `{"$bytes": base64}`, `{"$integer": base64 of 8 bytes}` and `{"$float": base64 of 8 bytes}` (NaN, ±Infinity and -0 only).
 */
export function decodeTag(fields: { readonly [key: string]: Value | undefined }): Value | undefined {
  const [entry, ...more] = Object.entries(fields);
  if (entry === undefined || more.length > 0) return undefined;
  const [tag, text] = entry;
  const bytes = typeof text === "string" ? decodeBase64(text) : null;
  if (bytes === null) return undefined;
  if (tag === "$bytes") return bytes;
  if (bytes.byteLength !== 8) return undefined;
  const view = new DataView(bytes);
  if (tag === "$integer") return view.getBigInt64(0, true);
  if (tag !== "$float") return undefined;
  const float = view.getFloat64(0, true);
  return Number.isFinite(float) && !Object.is(float, -0) ? undefined : float;
}

/** Why a `$`-object stands for no value, where its tag is one of the three; null where it is none of them. */
export function tagFault(fields: { readonly [key: string]: Value | undefined }): string | null {
  const tag = ["$bytes", "$integer", "$float"].find((name) => Object.hasOwn(fields, name));
  if (tag === undefined) return null;
  if (Object.keys(fields).length > 1) return `an object with ${tag} has another key beside it`;
  const text = fields[tag];
  const bytes = typeof text === "string" ? decodeBase64(text) : null;
  if (bytes === null) return `a ${tag} holds no base64 as Convex spells it, padding included`;
  if (tag === "$float" && bytes.byteLength === 8)
    return "a $float is none of NaN, Infinity, -Infinity and -0, the only numbers that are written so";
  return `a ${tag} does not hold 8 bytes`;
}
