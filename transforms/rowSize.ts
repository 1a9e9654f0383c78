import type { Value } from "convex/values";
import { convexSize } from "./convexSize.js";
import type { EntityReference, Fields } from "./defineTransform.js";

/** A document's limit in Convex's own count (spec 1), in bytes. */
export const maxDocumentSize = 1_048_576;

/** `_id` and `_creationTime` with their names, and an id in a column: 37 characters are the most an id has (spec 1). */
const systemFieldsSize = 4 + (2 + 37) + 14 + 9;
const longestIdSize = 2 + 37;

/**
 * Would this row pass Convex's limit for a document? The ids it will get are counted at their longest, so that the answer
 * depends on neither the run nor the deployment. Reads long texts only where their length alone does not settle it.
 */
export function isRowTooLarge(value: Fields, refs: readonly EntityReference[] = []): boolean {
  let size = 2 + systemFieldsSize;
  for (const { column } of refs) size += column.length + 1 + longestIdSize;
  let atMost = size;
  for (const column in value) {
    const field = value[column];
    if (field !== undefined) atMost += column.length + 1 + largestSize(field);
  }
  if (atMost <= maxDocumentSize) return false;
  for (const column in value) {
    const field = value[column];
    if (field !== undefined) size += column.length + 1 + convexSize(field);
  }
  return size > maxDocumentSize;
}

/** An upper bound that costs nothing for a text: a UTF-16 unit takes at most 3 bytes of UTF-8. */
function largestSize(value: Value): number {
  return typeof value === "string" ? 2 + 3 * value.length : convexSize(value);
}
