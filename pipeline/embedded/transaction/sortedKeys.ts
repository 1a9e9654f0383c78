import type { JSONValue } from "convex/values";

/** A value whose objects have their keys in order, as a deployment gives documents back; itself where they already are. */
export function sortedKeys<Json extends JSONValue>(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isSorted(value)) return value;
  if (Array.isArray(value)) return value.map(sortedKeys) as Json;
  const entries = Object.entries(value as Record<string, JSONValue>);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sortedKeys(inner)]),
  ) as Json;
}

/** Clients sort keys before they send a document, so looking first saves most of the sorting. */
function isSorted(value: JSONValue): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let before = "";
  for (const key in value) {
    if (key < before || !isSorted(value[key] ?? null)) return false;
    before = key;
  }
  return true;
}
