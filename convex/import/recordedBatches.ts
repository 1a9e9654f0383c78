import { v } from "convex/values";
import { anyReader, documentsBy } from "../documents.js";
import { internalQuery } from "../runtime.js";

/** Ids of one call: each costs reading a record, its answer with it. */
const mostIds = 200;

/**
 * Which of these batches a phase's epoch has on record, so that an importer counts what was done rather than what it was told.
 *
 * @returns for each id, in the order sent, whether it is recorded; ids beyond the first 200 are not looked at
 */
export const recordedBatches = internalQuery({
  args: { migrationId: v.string(), epoch: v.number(), batchIds: v.array(v.string()) },
  handler: async ({ db }, { migrationId, epoch, batchIds }): Promise<boolean[]> => {
    const found: boolean[] = [];
    for (const batchId of batchIds.slice(0, mostIds)) {
      const [record] = await documentsBy(anyReader(db), "unnestBatches", "by_batch", [["batchId", batchId]]);
      found.push(record?.migrationId === migrationId && record.epoch === epoch);
    }
    return found;
  },
});
