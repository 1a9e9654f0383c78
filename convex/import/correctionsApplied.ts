/**
 * How many correction batches of each snapshot were applied, so that one need not read all their records. A document of
 * `unnestBatches` a phase and epoch, beside those records, whose answer lists them; it goes with them.
 */
import type { GenericDatabaseWriter } from "convex/server";
import type { DataModel } from "../runtime.js";

interface OfSnapshot {
  readonly snapshot: string;
  readonly batches: number;
}

/**
 * Counts one more batch of a snapshot, if the batches of all others are exactly those its own snapshot shows.
 *
 * @param seen how many those are
 * @returns false, and counts nothing, if they are not. Reads one document.
 */
export async function countCorrection(
  db: GenericDatabaseWriter<DataModel>,
  { migrationId, epoch }: { readonly migrationId: string; readonly epoch: number },
  snapshot: string,
  seen: number,
): Promise<boolean> {
  const batchId = `corrections/${migrationId}/${epoch}`;
  const record = await db
    .query("unnestBatches")
    .withIndex("by_batch", (range) => range.eq("batchId", batchId))
    .unique();
  const applied: readonly OfSnapshot[] = record?.answer ?? [];
  const others = applied.filter((of) => of.snapshot !== snapshot);
  if (others.reduce((sum, { batches }) => sum + batches, 0) !== seen) return false;
  const own = applied.find((of) => of.snapshot === snapshot)?.batches ?? 0;
  const answer = [...others, { snapshot, batches: own + 1 }];
  if (record !== null) await db.patch(record._id, { answer });
  else await db.insert("unnestBatches", { batchId, migrationId, epoch, hash: "", answer, createdAt: Date.now() });
  return true;
}
