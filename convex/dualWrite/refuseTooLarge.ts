import { ConvexError } from "convex/values";
import { convexSize } from "../../transforms/convexSize.js";
import type { Fields, SourceDocument, Transform } from "../../transforms/defineTransform.js";
import { maxDocumentSize } from "../../transforms/rowSize.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import { withPartValue } from "../sync/partValue.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { partsMovingFrom } from "./concerns.js";

/**
 * The way back from `cleaned` is always to fit: the document is looked at as rebuild would leave it, its other parts included. An edit that
 * takes something away always fits.
 *
 * @throws ConvexError `document_too_large`
 */
export async function refuseTooLarge(
  sync: Sync,
  { table, part }: Transform,
  before: SourceDocument,
  edited: SourceDocument,
): Promise<void> {
  if (sizeOf(edited) <= sizeOf(before)) return;
  let whole = edited;
  for (const other of partsMovingFrom(table)) {
    const { step } = phaseOf(sync, other);
    if (other.part !== part && step !== "complete") whole = await withPartValue(sync.db, other, whole, step);
  }
  const bytes = sizeOf(whole);
  if (bytes > maxDocumentSize)
    throw new ConvexError({ code: "document_too_large", table, documentId: whole._id, bytes });
}

function sizeOf(document: Fields): number {
  return convexSize(withoutAbsent(document));
}
