import type { Value } from "convex/values";
import { canonicalEncoding } from "./canonicalEncoding.js";
import { isObject } from "./sameValue.js";
import { scanJson } from "./scanJson.js";

/** What becomes of a field that holds JSON as text. */
export type JsonText =
  | { readonly encoding: "json"; readonly value: Value }
  | {
      /** The original string stays. */
      readonly encoding: "text";
      readonly value: string;
      readonly code: "text_not_json" | "text_not_representable";
      readonly detail: string;
    };

/** Containers a field's value may be deep (spec 1): 16 levels, the document itself being the first. */
const maxLevels = 15;
const maxArrayLength = 8192;
const maxFields = 1024;
const maxKeyLength = 1024;

/**
 * Reads JSON kept as text into a native value, all numbers as Float64; or leaves it text where that is not JSON, Convex
 * cannot hold it as it is, or the value would not give the same JSON back (spec 4, phase 1). Total, and linear in the
 * text's length.
 */
export function readJsonText(text: string): JsonText {
  let value: Value;
  try {
    value = JSON.parse(text);
  } catch {
    return { encoding: "text", value: text, code: "text_not_json", detail: "not JSON" };
  }
  const detail = unrepresentable(text, value);
  if (detail === null) return { encoding: "json", value };
  return { encoding: "text", value: text, code: "text_not_representable", detail };
}

/** The text a native value is given back as. Total; a value no JSON text gave (an Int64, bytes) is written in export encoding. */
export function writeJsonText(value: Value): string {
  try {
    return JSON.stringify(value);
  } catch {
    return canonicalEncoding(value);
  }
}

/**
 * Does this text hold the value as `writeJsonText` would write it? Never true where reading both texts and comparing says otherwise;
 * false leaves the question open.
 */
export function isJsonOf(text: string, value: Value): boolean {
  try {
    return sameJson(JSON.parse(text), value);
  } catch {
    return false;
  }
}

/** Equal, and made only of what JSON can hold. */
function sameJson(read: Value, value: Value | undefined): boolean {
  if (typeof read !== "object" || read === null)
    return read === value && read !== Number.POSITIVE_INFINITY && read !== Number.NEGATIVE_INFINITY;
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(read)) {
    return (
      Array.isArray(value) && read.length === value.length && read.every((item, index) => sameJson(item, value[index]))
    );
  }
  if (!isObject(value)) return false;
  const fields = read as Record<string, Value>;
  let count = 0;
  for (const key in fields) {
    if (!Object.hasOwn(value, key) || !sameJson(fields[key] ?? null, value[key])) return false;
    count += 1;
  }
  for (const _ in value) count -= 1;
  return count === 0;
}

/**
 * Why this JSON cannot be a native value; null when it can. Names the rule, never a value. Nearly all texts are settled
 * by looks that cost a third of parsing them; only where those leave a doubt is the text read token by token.
 */
function unrepresentable(text: string, value: Value): string | null {
  const seen = { keys: 0 };
  const fault = faultIn(value, 1, seen);
  if (fault !== null) return fault;
  if (surrogate.test(text) && hasLoneSurrogate(value)) return "an unpaired surrogate";
  if (!doubtfulNumber.test(text) && mostKeys(text) === seen.keys) return null;
  const { keys, numbersAreExact } = scanJson(text);
  if (!numbersAreExact) return "a number that a double changes";
  return keys === seen.keys ? null : "a repeated key";
}

/** A surrogate, as it is or escaped; without one no text can hold an unpaired one. */
const surrogate = /[\ud800-\udfff]|\\u[dD]/;

/** Inside of strings too: an exponent, or more digits than always survive a double (see `scanJson`). */
const doubtfulNumber = /[0-9](?:[0-9.]{15}|[eE][+-]?[0-9])/;

/**
 * At least as many as the text has keys: colons that stand behind a quote or white space, as every key's does. Equal to
 * the number of parsed keys, it proves that none was repeated.
 */
function mostKeys(text: string): number {
  let count = 0;
  for (let at = text.indexOf(":"); at !== -1; at = text.indexOf(":", at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before === 0x22 || before <= 0x20) count += 1;
  }
  return count;
}

/**
 * Checks lengths, levels and keys, and counts the keys into `seen`.
 *
 * @param level of the value, if it is a container; a field's value is at 1.
 */
function faultIn(value: Value, level: number, seen: { keys: number }): string | null {
  if (typeof value !== "object" || value === null) return null;
  if (level > maxLevels) return `more than ${maxLevels} levels`;
  if (Array.isArray(value)) {
    if (value.length > maxArrayLength) return `an array of more than ${maxArrayLength} elements`;
    for (const item of value) {
      const fault = faultIn(item, level + 1, seen);
      if (fault !== null) return fault;
    }
    return null;
  }
  const fields = value as Record<string, Value>;
  const keys = Object.keys(fields);
  if (keys.length > maxFields) return `an object of more than ${maxFields} fields`;
  seen.keys += keys.length;
  for (const key of keys) {
    const fault = isFieldName(key) ? faultIn(fields[key] ?? null, level + 1, seen) : "a key that is no field name";
    if (fault !== null) return fault;
  }
  return null;
}

/** Printable ASCII, not starting with `$` (spec 1); `__proto__` is one that JavaScript objects treat apart. */
function isFieldName(key: string): boolean {
  if (key.length > maxKeyLength || key.startsWith("$") || key === "__proto__") return false;
  for (let i = 0; i < key.length; i++) {
    const character = key.charCodeAt(i);
    if (character < 32 || character > 126) return false;
  }
  return true;
}

/** @param value has passed `faultIn`, so that keys are ASCII and it is no deeper than a field may be. */
function hasLoneSurrogate(value: Value): boolean {
  if (typeof value === "string") return loneSurrogate.test(value);
  if (Array.isArray(value)) return value.some(hasLoneSurrogate);
  return typeof value === "object" && value !== null && Object.values(value).some(hasLoneSurrogate);
}

const loneSurrogate = /\p{Surrogate}/u;
