import type { Transform } from "../../transforms/defineTransform.js";
import { findDocument, type StoredDocument } from "../documents.js";
import { parentIdOf } from "../sync/storedPart.js";
import type { Sync } from "../sync/sync.js";
import { syncPart } from "../sync/syncPart.js";

/**
 * Removes a row whose document went past the wrapper, together with all rows of that part: delta, which would have found them,
 * leaves phases out whose rows are the truth.
 *
 * @returns whether it was one. Reads the document.
 */
export async function removeOrphan(
  sync: Sync,
  transform: Transform,
  table: string,
  row: StoredDocument,
  dryRun: boolean,
): Promise<boolean> {
  const parentId = parentIdOf(transform, table, row);
  if ((await findDocument(sync.db, transform.table, parentId)) !== null) return false;
  if (!dryRun) await syncPart(sync, transform, parentId);
  return true;
}
