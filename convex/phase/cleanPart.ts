import type { Transform } from "../../transforms/defineTransform.js";
import type { StoredDocument } from "../documents.js";
import { hasJobSetAside } from "../jobs/hasOpenJob.js";
import { leaving, moveOut } from "../sync/moveOut.js";
import { hasMovedField } from "../sync/partValue.js";
import { queueJob } from "../sync/queueJob.js";
import type { Sync } from "../sync/sync.js";
import { syncPart } from "../sync/syncPart.js";

/** Why a part keeps its old fields. */
export type LeftReason = "set_aside_job" | "sync_failed" | "original_too_large" | "write_refused";

export interface CleanedPart {
  readonly outcome: "nothing" | "cleaned" | LeftReason;
  /** Moved fields of which the ledger holds an original now. */
  readonly originals: number;
}

/**
 * Brings one part from its old fields into its rows: syncs it, stores an original for what the rows alone do not give back,
 * removes its moved fields. All in the caller's transaction, so nobody ever sees the part in neither place. A part that cannot
 * be brought over keeps its old fields, which then go on being its value. A part that moves nothing is only synced.
 *
 * @param dryRun writes nothing; the answer is about the rows as they are
 */
export async function cleanPart(
  sync: Sync,
  transform: Transform,
  document: StoredDocument,
  dryRun: boolean,
): Promise<CleanedPart> {
  const { _id: documentId } = document;
  const stands = hasMovedField(transform, document);
  if (!stands && transform.moves.length > 0) return only("nothing");
  if (await hasJobSetAside(sync.db, transform, documentId)) return only("set_aside_job");
  try {
    if (!dryRun) await syncPart(sync, transform, documentId);
  } catch {
    // The job makes reads answer from the old field until the part is in step again.
    const { phase, part, table } = transform;
    await queueJob(sync, { phase, kind: part, table, documentId });
    return only("sync_failed");
  }
  if (!stands) return only("nothing");
  const found = await leaving(sync, transform, document);
  if (!found.fits) return only("original_too_large");
  try {
    if (!dryRun) await moveOut(sync, transform, document, found);
  } catch {
    return only("write_refused");
  }
  return { outcome: "cleaned", originals: Object.keys(found.originals).length };
}

function only(outcome: CleanedPart["outcome"]): CleanedPart {
  return { outcome, originals: 0 };
}
