import type { Transform } from "../../transforms/defineTransform.js";
import { isRowTooLarge } from "../../transforms/rowSize.js";
import type { StoredDocument } from "../documents.js";
import { forgetKept, isAltered, movedPart } from "./movedParts.js";
import { isInDocument } from "./partValue.js";
import { queueJob } from "./queueJob.js";
import { rebuiltFields } from "./storedPart.js";
import { phaseOf, type Sync } from "./sync.js";
import { syncPart } from "./syncPart.js";
import { withRequired } from "./withRequired.js";

export type RebuiltOutcome = "nothing" | "rebuilt" | "document_too_large" | "write_refused" | "value_altered";

interface RebuildOptions {
  /** Writes nothing. */
  readonly dryRun?: boolean;
  /** Takes what rows and originals give for the part's value, though something went past the migration there. */
  readonly acceptAltered?: boolean;
}

/**
 * Gives a part's old fields back where none of them stands, and takes its originals away, in one transaction; then its rows are
 * brought in line with what stands there (positions close up, required preferences get rows). A field that stands is what
 * somebody wrote since, and stays.
 *
 * `value_altered`: rows, originals or the field itself were written past the migration since the part was moved. What is there is given
 * back, nothing of it is removed, and the part is told again and again until a helper edits it or it is accepted.
 */
export async function rebuildOldFields(
  sync: Sync,
  transform: Transform,
  document: StoredDocument,
  { dryRun = false, acceptAltered = false }: RebuildOptions = {},
): Promise<RebuiltOutcome> {
  const { _id: documentId } = document;
  const isThere = transform.moves.length === 0 || isInDocument(transform, document, phaseOf(sync, transform).step);
  const moved = await movedPart(sync.db, transform, documentId);
  const isWrong = !acceptAltered && moved !== null && (isThere || (await isAltered(sync.db, transform, moved)));
  const fields = isThere ? {} : withRequired(transform, await rebuiltFields(sync.db, transform, document));
  const rebuilds = Object.keys(fields).length > 0;
  if (rebuilds && isRowTooLarge({ ...document, ...fields })) return "document_too_large";
  if (dryRun) return isWrong ? "value_altered" : rebuilds ? "rebuilt" : "nothing";
  try {
    if (rebuilds) await sync.db.patch(document._id, fields);
  } catch {
    return "write_refused";
  }
  if (isWrong) return "value_altered";
  await forgetKept(sync.db, transform, documentId);
  try {
    await syncPart(sync, transform, documentId);
  } catch {
    const { phase, part, table } = transform;
    await queueJob(sync, { phase, kind: part, table, documentId });
  }
  return rebuilds ? "rebuilt" : "nothing";
}
