import type { Value } from "convex/values";

/** The ids whose first index in an array is another one than before, that came in, or that left. Linear in both arrays. */
export function movedInArray(before: Value | undefined, after: Value | undefined): string[] {
  const had = firstIndexes(before);
  const has = firstIndexes(after);
  return [...new Set([...had.keys(), ...has.keys()])].filter((id) => had.get(id) !== has.get(id));
}

function firstIndexes(array: Value | undefined): ReadonlyMap<string, number> {
  const indexes = new Map<string, number>();
  if (!Array.isArray(array)) return indexes;
  array.forEach((id, index) => {
    if (typeof id === "string" && !indexes.has(id)) indexes.set(id, index);
  });
  return indexes;
}
