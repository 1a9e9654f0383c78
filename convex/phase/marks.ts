/** What the importer, delta and verify tell a phase; steps wait for it. */
import { ConvexError, v } from "convex/values";
import type { Doc } from "../documents.js";
import { findEvidence, type PhaseEpoch, replaceEvidence } from "../evidence/evidence.js";
import { transformFor } from "../import/transformFor.js";
import type { Step } from "../phases.js";
import { startComparing } from "../read/startComparing.js";
import { phaseArgument, requirePhase } from "../requirePhase.js";
import { internalMutation } from "../runtime.js";
import { startSync } from "../sync/sync.js";
import { outdateEvidence } from "./outdate.js";
import { writeSwitch } from "./writeSwitch.js";

const filling: readonly Step[] = ["dual-write", "shadow", "new-then-old", "new"];
const markArguments = { migrationId: phaseArgument, epoch: v.number() };

/**
 * Every batch of the backfill has its answer. What a delta or a comparison said before counts no longer.
 *
 * @throws ConvexError `epoch_ended`, `wrong_step`
 */
export const markBackfilled = internalMutation({
  args: markArguments,
  handler: async (ctx, { migrationId, epoch }) => {
    const state = requirePhase(await startSync(ctx), { migrationId, epoch }, filling);
    const outdated = await outdateEvidence(ctx, { migrationId, epoch }, state);
    await writeSwitch(ctx, migrationId, state, { backfilled: true, driftFreeSince: undefined, ...outdated });
    if (state.step !== "dual-write") await startComparing(ctx, { migrationId, epoch });
  },
});

const deltaArguments = {
  ...markArguments,
  driftFree: v.boolean(),
  /** Parts, entities and aggregates that differed. */
  differing: v.number(),
  /** When the export was taken, as well as it tells: its newest document. */
  moment: v.number(),
  /** The phase's `deltasFrom` in the export; null where it has none. */
  shows: v.union(v.number(), v.null()),
};

/**
 * A delta found no drift, or, with `driftFree: false`, some again. It counts only if its export was taken after all that it cannot have
 * seen: T0, the end of the import, a rebuild, and drift that was found and repaired since. What its export shows of the phase's
 * switch tells that, whatever clocks say. Nor does an export that is older than the one which freed the phase of drift.
 *
 * @throws ConvexError `epoch_ended`, `wrong_step`, `delta_outdated`
 */
export const markDriftFree = internalMutation({
  args: deltaArguments,
  handler: async (ctx, { migrationId, epoch, driftFree, differing, shows, ...told }) => {
    const state = requirePhase(await startSync(ctx), { migrationId, epoch }, filling);
    const { backfilled, deltasFrom = null, driftFreeSince = 0 } = state.switchRow;
    const now = Date.now();
    const moment = Math.min(told.moment, now);
    const phase: PhaseEpoch = { migrationId, epoch };
    const before = await findEvidence(ctx.db, phase, "delta", "delta");
    // Told before, by a call whose answer was lost.
    if (!driftFree && isSameDrift(before, { shows, moment: told.moment })) return;
    if (!backfilled || shows !== deltasFrom || (driftFree && moment < driftFreeSince))
      throw new ConvexError({ code: "delta_outdated", migrationId });
    const change = driftFree
      ? { driftFreeSince: moment }
      : { driftFreeSince: undefined, ...(await outdateEvidence(ctx, phase, state)) };
    await writeSwitch(ctx, migrationId, state, change);
    const counts = { looked: 0, differing: driftFree ? 0 : Math.max(1, differing), waiting: 0 };
    const evidence = { since: told.moment, last: now, ...counts, ...(shows === null ? {} : { shows }) };
    await replaceEvidence(ctx, phase, { kind: "delta", name: "delta" }, evidence);
  },
});

function isSameDrift(
  before: Doc<"unnestEvidence"> | null,
  { shows, moment }: { readonly shows: number | null; readonly moment: number },
): boolean {
  return before !== null && before.differing > 0 && before.since === moment && (before.shows ?? null) === shows;
}

/**
 * Every document and row of a part was compared, from `began` on, a time of this deployment's. A part whose truth is in its rows
 * cannot be verified.
 *
 * @returns whether it counts: not if an import or a rebuild has ended meanwhile, or drift was found
 * @throws ConvexError `epoch_ended`, `wrong_step`, `unknown_part`
 */
export const markVerified = internalMutation({
  args: {
    ...markArguments,
    part: v.string(),
    began: v.number(),
    looked: v.number(),
    differing: v.number(),
    waiting: v.number(),
    /** The phase's `deltasFrom` when it began. */
    shows: v.union(v.number(), v.null()),
  },
  handler: async (ctx, { migrationId, epoch, part, began, shows, ...counts }): Promise<{ counts: boolean }> => {
    const { switchRow } = requirePhase(await startSync(ctx), { migrationId, epoch }, filling);
    transformFor(migrationId, { part });
    if ((switchRow.deltasFrom ?? null) !== shows) return { counts: false };
    const phase: PhaseEpoch = { migrationId, epoch };
    const before = await findEvidence(ctx.db, phase, "verification", part);
    const now = Date.now();
    const since = Math.min(began, now);
    if (before === null || before.since <= since)
      await replaceEvidence(ctx, phase, { kind: "verification", name: part }, { since, last: now, ...counts });
    return { counts: true };
  },
});
