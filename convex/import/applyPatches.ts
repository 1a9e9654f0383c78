import { internalMutation } from "../runtime.js";
import { applyPatch } from "./applyPatch.js";
import { type PatchAnswer, type PatchOutcome, patchArguments } from "./batch.js";
import { runBatch } from "./runBatch.js";

/**
 * Repairs existing documents. Each patch steps aside unless its document still holds what it expects.
 *
 * @throws ConvexError as `answerOnce` does
 */
export const applyPatches = internalMutation({
  args: patchArguments,
  handler: async (ctx, { patches, ...batch }): Promise<PatchAnswer> =>
    await runBatch<PatchOutcome>(ctx, batch, async (sync, faults) =>
      patches.map((patch, at) => () => faults.guard("patches", at, () => applyPatch(sync, batch.migrationId, patch))),
    ),
});
