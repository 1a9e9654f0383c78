/** What the importer and delta tell a phase; the step to `new` waits for both. */
import { v } from "convex/values";
import type { Step } from "../phases.js";
import { phaseArgument, requirePhase } from "../requirePhase.js";
import { internalMutation } from "../runtime.js";
import { startSync } from "../sync/sync.js";
import { writeSwitch } from "./writeSwitch.js";

const filling: readonly Step[] = ["dual-write", "shadow", "new-then-old", "new"];
const markArguments = { migrationId: phaseArgument, epoch: v.number() };

/** Every batch of the backfill has its answer. What delta said before counts no longer. @throws ConvexError `epoch_ended`, `wrong_step` */
export const markBackfilled = internalMutation({
  args: markArguments,
  handler: async (ctx, { migrationId, epoch }) => {
    const state = requirePhase(await startSync(ctx), { migrationId, epoch }, filling);
    await writeSwitch(ctx, migrationId, state, { backfilled: true, driftFreeSince: undefined });
  },
});

/**
 * A delta found no drift, or, with `driftFree: false`, some again.
 *
 * @throws ConvexError `epoch_ended`, `wrong_step`
 */
export const markDriftFree = internalMutation({
  args: { ...markArguments, driftFree: v.boolean() },
  handler: async (ctx, { migrationId, epoch, driftFree }) => {
    const state = requirePhase(await startSync(ctx), { migrationId, epoch }, filling);
    await writeSwitch(ctx, migrationId, state, { driftFreeSince: driftFree ? Date.now() : undefined });
  },
});
