import type { SourceDocument } from "./defineTransform.js";

/**
 * Rows by `position`, ties by `_id`: the order their elements stood in. Rows that the application wrote without one come last, the
 * oldest first.
 */
export function rowsInOrder<Row extends SourceDocument>(rows: readonly Row[] = []): Row[] {
  return [...rows].sort((a, b) => {
    const [left, right] = [placeOf(a), placeOf(b)];
    if (left !== right) return left < right ? -1 : 1;
    if (left === Number.POSITIVE_INFINITY && a._creationTime !== b._creationTime)
      return a._creationTime - b._creationTime;
    return a._id < b._id ? -1 : 1;
  });
}

function placeOf({ position }: SourceDocument): number {
  if (typeof position !== "number") return Number.POSITIVE_INFINITY;
  return Number.isNaN(position) ? 0 : position;
}
