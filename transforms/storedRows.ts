import type { SourceDocument } from "./defineTransform.js";

/** Rows by `position`, ties by `_id`: the order their elements stood in. */
export function rowsInOrder(rows: readonly SourceDocument[] = []): SourceDocument[] {
  return [...rows].sort((a, b) => positionOf(a) - positionOf(b) || (a._id < b._id ? -1 : 1));
}

function positionOf({ position }: SourceDocument): number {
  return typeof position === "number" && !Number.isNaN(position) ? position : 0;
}
