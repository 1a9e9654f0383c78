import type { Value } from "convex/values";
import type { Fields } from "./defineTransform.js";

/** The fields that are there: a Convex value has no undefined ones. The same object where all are. */
export function withoutAbsent(fields: Fields): Readonly<Record<string, Value>> {
  return isComplete(fields) ? fields : onlyPresent(fields);
}

function isComplete(fields: Fields): fields is Readonly<Record<string, Value>> {
  for (const field in fields) {
    if (fields[field] === undefined) return false;
  }
  return true;
}

function onlyPresent(fields: Fields): Record<string, Value> {
  const present: Record<string, Value> = {};
  for (const field in fields) {
    const value = fields[field];
    if (value !== undefined) present[field] = value;
  }
  return present;
}
