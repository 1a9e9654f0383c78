import type { JSONValue } from "convex/values";

/** A value whose objects have their keys in order, as a deployment gives documents back; itself where they already are. */
export function sortedKeys<Json extends JSONValue>(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sortedKeys) as Json;
  const entries = Object.entries(value as Record<string, JSONValue>);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sortedKeys(inner)]),
  ) as Json;
}
