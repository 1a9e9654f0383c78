import type { Value } from "convex/values";
import type { Fields } from "./defineTransform.js";

/** The fields that are there: a Convex value has no undefined ones. */
export function withoutAbsent(fields: Fields): Record<string, Value> {
  const present: Record<string, Value> = {};
  for (const field in fields) {
    const value = fields[field];
    if (value !== undefined) present[field] = value;
  }
  return present;
}
