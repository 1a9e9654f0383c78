import type { SourceDocument, StoredPart, Transform } from "../../transforms/defineTransform.js";
import type { Original } from "../../transforms/original.js";
import { findDocument, type StoredDocument } from "../documents.js";
import { forgetKept, rememberMoved } from "./movedParts.js";
import { fitsLedger, originalsNeeded, writeOriginals } from "./originals.js";
import { hasMovedField } from "./partValue.js";
import { removeMoved } from "./removeMoved.js";
import { type RowsByTable, storedPartOf } from "./storedPart.js";
import { phaseOf, type Sync } from "./sync.js";

/** What of a part, whose rows are in step, its rows alone do not give back. */
export interface Leaving {
  readonly stored: StoredPart;
  readonly originals: Readonly<Record<string, Original>>;
  /** Has the ledger room for them? */
  readonly fits: boolean;
}

/** Looks at a part that is to leave its document. Writes nothing. */
export async function leaving(sync: Sync, transform: Transform, document: SourceDocument): Promise<Leaving> {
  const stored = await storedPartOf(sync.db, transform, document);
  const originals = originalsNeeded(transform, document, stored);
  return { stored, originals, fits: fitsLedger(transform, document._id, originals) };
}

/** Removes a part's old fields, what its rows do not give back being kept. Where it throws the part stands as it stood. */
export async function moveOut(
  sync: Sync,
  transform: Transform,
  document: StoredDocument,
  { stored, originals }: Leaving,
): Promise<void> {
  try {
    await writeOriginals(sync.db, transform, document._id, originals);
    await rememberMoved(sync.db, transform, document._id, stored.rows as RowsByTable, originals);
    await removeMoved(sync, transform, document);
  } catch (error) {
    await forgetKept(sync.db, transform, document._id);
    throw error;
  }
}

/**
 * Moves out a part, just synced, that stands in its document although the phase is `cleaned`: a write that found no room for its rows left
 * it there. One that does not fit into the ledger stays, for cleanup to list.
 */
export async function moveOutStanding(sync: Sync, transform: Transform, documentId: string): Promise<void> {
  if (phaseOf(sync, transform).step !== "cleaned") return;
  const document = await findDocument(sync.db, transform.table, documentId);
  if (document === null || !hasMovedField(transform, document)) return;
  const found = await leaving(sync, transform, document);
  if (found.fits) await moveOut(sync, transform, document, found);
}
