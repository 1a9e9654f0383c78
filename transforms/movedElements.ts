import type { Value } from "convex/values";
import type { SourceDocument } from "./defineTransform.js";
import { jsonPointer } from "./jsonPointer.js";

/** One element of a moved array field, or the whole field where that is no array. */
export interface MovedElement {
  /** Element kind. */
  readonly element: string;
  /** JSON Pointer into the document. */
  readonly path: string;
  readonly value: Value;
  /** Index in the array; null for a field of the wrong type, which is one (invalid) element. */
  readonly index: number | null;
}

/**
 * The elements standing in a moved array field, in order. An absent field has none; one of the wrong type, null
 * included, is a single element (spec 4).
 */
export function movedElements(document: SourceDocument, field: string, element: string): MovedElement[] {
  const value = document[field];
  if (value === undefined) return [];
  const path = jsonPointer(field);
  if (!Array.isArray(value)) return [{ element, path, value, index: null }];
  return value.map((item, index) => ({ element, path: `${path}/${index}`, value: item, index }));
}
