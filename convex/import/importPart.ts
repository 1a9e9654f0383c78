import { ConvexError } from "convex/values";
import type { Transform } from "../../transforms/defineTransform.js";
import { fingerprint } from "../../transforms/fingerprint.js";
import type { BatchPart } from "../../transforms/partBatch.js";
import { planRows, type RowChange, writeRows } from "../sync/applyRows.js";
import type { Sync } from "../sync/sync.js";
import { type LivePart, mapLive, readLive, writeSynced } from "../sync/syncPart.js";
import { naturalKeyOf } from "../tableFacts.js";
import type { PartOutcome } from "./batch.js";

/**
 * Brings a part in. The rows sent are good where the deployment's fingerprint is the same; they are written only where there are
 * none, so that nothing is mapped twice, and everything else is a sync. Reads what a sync reads, and hashes it.
 *
 * @throws ConvexError `foreign_row`, and as a sync does; then no row is written
 */
export async function importPart(
  sync: Sync,
  transform: Transform,
  sent: BatchPart,
): Promise<Exclude<PartOutcome, "invalid">> {
  refuseForeign(transform, sent);
  const live = await readLive(sync, transform, sent.documentId);
  const changes = await changesIfSame(sync, transform, live, sent);
  if (changes?.length === 0) return "unchanged";
  if (changes !== null && Object.values(live.stored).every((rows) => rows.length === 0)) {
    await writeRows(sync, changes);
    return "inserted";
  }
  await writeSynced(sync, transform, mapLive(transform, live));
  return "resynced";
}

/** What the rows sent would change; null where they say nothing about the document as it is now. */
async function changesIfSame(
  sync: Sync,
  transform: Transform,
  { input, stored }: LivePart,
  sent: BatchPart,
): Promise<readonly RowChange[] | null> {
  if (input === null || fingerprint(transform, input) !== sent.fingerprint) return null;
  return await planRows(sync, transform, sent.rows, stored);
}

/** Rows that are not this part's, or two of one natural key, come from no transform. */
function refuseForeign(transform: Transform, { documentId, rows }: BatchPart): void {
  const names = new Set<string>();
  for (const { table, value, refs } of rows) {
    const parent = transform.writes[table];
    if (parent === undefined || value[parent] !== documentId) throw new ConvexError({ code: "foreign_row", table });
    const key = naturalKeyOf(table).map((column) => value[column] ?? refs.find((ref) => ref.column === column)?.key);
    const name = JSON.stringify([table, ...key]);
    if (names.has(name)) throw new ConvexError({ code: "foreign_row", table });
    names.add(name);
  }
}
