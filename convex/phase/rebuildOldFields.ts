import type { Transform } from "../../transforms/defineTransform.js";
import { isRowTooLarge } from "../../transforms/rowSize.js";
import type { StoredDocument } from "../documents.js";
import { writeOriginals } from "../sync/originals.js";
import { isInDocument } from "../sync/partValue.js";
import { queueJob } from "../sync/queueJob.js";
import { rebuiltFields } from "../sync/storedPart.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { syncPart } from "../sync/syncPart.js";
import { withRequired } from "../sync/withRequired.js";

export type RebuiltOutcome = "nothing" | "rebuilt" | "document_too_large" | "write_refused";

/**
 * Gives a part's old fields back where none of them stands, and takes its originals away, in one transaction; then its rows are
 * brought in line with what stands there (positions close up, required preferences get rows). A field that stands is what
 * somebody wrote since, and stays.
 *
 * @param dryRun writes nothing
 */
export async function rebuildOldFields(
  sync: Sync,
  transform: Transform,
  document: StoredDocument,
  dryRun: boolean,
): Promise<RebuiltOutcome> {
  const { _id: documentId } = document;
  const isThere = transform.moves.length === 0 || isInDocument(transform, document, phaseOf(sync, transform).step);
  const fields = isThere ? {} : withRequired(transform, await rebuiltFields(sync.db, transform, document));
  const rebuilds = Object.keys(fields).length > 0;
  if (rebuilds && isRowTooLarge({ ...document, ...fields })) return "document_too_large";
  if (dryRun) return rebuilds ? "rebuilt" : "nothing";
  try {
    if (rebuilds) await sync.db.patch(document._id, fields);
  } catch {
    return "write_refused";
  }
  await writeOriginals(sync.db, transform, documentId, {});
  try {
    await syncPart(sync, transform, documentId);
  } catch {
    const { phase, part, table } = transform;
    await queueJob(sync, { phase, kind: part, table, documentId });
  }
  return rebuilds ? "rebuilt" : "nothing";
}
