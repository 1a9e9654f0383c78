import { ConvexError, v } from "convex/values";
import { contentHash } from "../../transforms/contentHash.js";
import { correctionId } from "../../transforms/correctionId.js";
import { internalMutation } from "../runtime.js";
import { startSync } from "../sync/sync.js";
import { isDeltaOf } from "../touches/delta.js";
import { isTouchKind, touchKinds } from "../touches/touchKinds.js";
import { answerOnce } from "./answerOnce.js";
import { countCorrection } from "./correctionsApplied.js";

/** Keys of one batch (spec 5). */
const mostKeys = 500;

export interface CorrectionsAnswer {
  /** Touches appended. */
  readonly touches: number;
}

/**
 * Appends what aggregates lacked in a snapshot: recount − (stored + touches), for up to 500 keys, each as one more touch. That stays
 * exact whatever users do meanwhile, as differences commute, if it is applied once and if the snapshot shows every other correction
 * that was applied.
 *
 * `seen` says how many correction batches of this phase and epoch the `unnestBatches` of its snapshot hold. Records of an epoch
 * never go before it ends, so equal numbers mean equal batches. Batches of one phase are sent one after another: each counts itself
 * in one document.
 *
 * @throws ConvexError `superseded` when corrections of other snapshots were applied that this one's does not show: a newer snapshot
 * has what is left; `wrong_kind`, `wrong_batch_id`, `batch_too_large`, `invalid_correction`; and as `answerOnce` does
 */
export const importCorrections = internalMutation({
  args: {
    migrationId: v.string(),
    epoch: v.number(),
    /** What names the export. */
    snapshot: v.string(),
    seen: v.number(),
    kind: v.string(),
    /** From 0, in key order. */
    number: v.number(),
    /** `correctionId(snapshot, kind, number)` */
    id: v.string(),
    corrections: v.array(v.object({ key: v.string(), delta: v.record(v.string(), v.number()) })),
  },
  handler: async (ctx, { snapshot, seen, kind, number, id, corrections, ...phase }): Promise<CorrectionsAnswer> => {
    if (!isTouchKind(kind) || touchKinds[kind].phase !== phase.migrationId) throw refusal("wrong_kind", id);
    if (id !== correctionId(snapshot, kind, number)) throw refusal("wrong_batch_id", id);
    if (corrections.length > mostKeys) throw refusal("batch_too_large", id);
    if (!corrections.every(({ delta }) => isDeltaOf(kind, delta))) throw refusal("invalid_correction", id);
    const sync = await startSync(ctx);
    return await answerOnce(sync, { ...phase, batchId: id, hash: contentHash(corrections) }, async () => {
      if (!(await countCorrection(ctx.db, phase, snapshot, seen))) throw refusal("superseded", id);
      for (const { key, delta } of corrections) await sync.touches.add(kind, key, delta);
      return { touches: corrections.length };
    });
  },
});

function refusal(code: string, batchId: string): ConvexError<{ code: string; batchId: string }> {
  return new ConvexError({ code, batchId });
}
