import { internalMutation } from "../runtime.js";
import { syncPart } from "../sync/syncPart.js";
import { type ResyncAnswer, type ResyncOutcome, resyncArguments } from "./batch.js";
import { mergeDuplicates } from "./mergeDuplicates.js";
import { type Item, runBatch } from "./runBatch.js";
import { transformFor } from "./transformFor.js";

/**
 * Delta's way in, and that of parts too large for a batch: names, not values, so that whatever changed since the names were
 * written down is safe. Entities with more than one row of a natural key become one after the parts.
 *
 * @throws ConvexError as `answerOnce` does
 */
export const resync = internalMutation({
  args: resyncArguments,
  handler: async (ctx, { parts, duplicates, ...batch }): Promise<ResyncAnswer> =>
    await runBatch<ResyncOutcome>(ctx, batch, async (sync, faults) => {
      const { migrationId } = batch;
      const syncs = parts.map(
        (name, at): Item<ResyncOutcome> =>
          () =>
            faults.guard<ResyncOutcome>("parts", at, async () => {
              await syncPart(sync, transformFor(migrationId, name), name.documentId);
              return "resynced";
            }),
      );
      const merges = duplicates.map(
        (duplicate, at): Item<ResyncOutcome> =>
          () =>
            faults.guard("duplicates", at, () => mergeDuplicates(ctx, sync, migrationId, duplicate)),
      );
      return [...syncs, ...merges];
    }),
});
