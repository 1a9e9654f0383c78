import type { Fields, SourceDocument, Transform } from "../../transforms/defineTransform.js";
import type { AnyReader } from "../documents.js";
import { authorityOf, type Step } from "../phases.js";
import { type RowsByTable, rebuiltFields, storedPartOf } from "./storedPart.js";

/**
 * Does the old side hold this part? It does while the authority is `old`, and later as long as one of the part's moved fields
 * stands: cleanup removes them together, a helper too. A part that moves nothing is never anywhere else.
 */
export function isInDocument(transform: Transform, document: Fields, step: Step): boolean {
  return authorityOf(step) === "old" || transform.moves.length === 0 || hasMovedField(transform, document);
}

/** Does any of the part's moved fields stand in the document? */
export function hasMovedField({ moves }: Transform, document: Fields): boolean {
  return moves.some((field) => document[field] !== undefined);
}

/**
 * The document with the part's value in its moved fields: what stands there, else what rebuild gives (spec 5), so that a late
 * sync can never empty a part.
 */
export async function withPartValue(
  db: AnyReader,
  transform: Transform,
  document: SourceDocument,
  step: Step,
  rows?: RowsByTable,
): Promise<SourceDocument> {
  if (isInDocument(transform, document, step)) return document;
  // From `complete` on there is no ledger: the final schema has no table for it.
  if (step === "complete")
    return { ...document, ...transform.rebuild(await storedPartOf(db, transform, document, rows)) };
  return { ...document, ...(await rebuiltFields(db, transform, document, rows)) };
}
