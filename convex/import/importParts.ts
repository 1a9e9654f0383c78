import { authorityOf } from "../phases.js";
import { internalMutation } from "../runtime.js";
import { mergeEntityRow } from "../sync/entities.js";
import { phaseOf } from "../sync/sync.js";
import { syncPart } from "../sync/syncPart.js";
import { type ImportAnswer, importArguments, type PartOutcome } from "./batch.js";
import { importPart } from "./importPart.js";
import { runBatch } from "./runBatch.js";
import { transformFor } from "./transformFor.js";

/**
 * Brings parts of a snapshot in (spec 5, The import function): any order, any concurrency, any repetition of batches leaves what
 * syncs of the same parts leave. Under authority `new` a snapshot says nothing any more: its entities are not looked at, and its
 * parts are synced.
 *
 * @throws ConvexError as `answerOnce` does
 */
export const importParts = internalMutation({
  args: importArguments,
  handler: async (ctx, { entities, parts, ...batch }): Promise<ImportAnswer> =>
    await runBatch<PartOutcome>(ctx, batch, async (sync, faults) => {
      const { migrationId } = batch;
      const trusted = authorityOf(phaseOf(sync, { phase: migrationId }).step) === "old";
      for (const [at, entity] of trusted ? entities.entries() : [])
        await faults.guard("entities", at, () => mergeEntityRow(sync, entity));
      return parts.map(
        (sent, at) => () =>
          faults.guard("parts", at, async () => {
            const transform = transformFor(migrationId, sent);
            if (trusted) return await importPart(sync, transform, sent);
            await syncPart(sync, transform, sent.documentId);
            return "resynced";
          }),
      );
    }),
});
