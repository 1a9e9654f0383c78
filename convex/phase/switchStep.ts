import { v } from "convex/values";
import { startTicking } from "../aggregates/startTicking.js";
import { mounted } from "../mount.js";
import { type Phase, type PhaseState, readPhases, type Step, steps } from "../phases.js";
import { readersOf } from "../read/shadowReaders.js";
import { phaseArgument } from "../requirePhase.js";
import { internalMutation, type MutationCtx } from "../runtime.js";
import { oneOf } from "../schema/oneOf.js";
import { rowTablesOf } from "./phaseTables.js";
import { filledTables, undelivered, unexplained, unworked } from "./readiness.js";
import { type Reason, refuse } from "./refuse.js";
import { unmounted } from "./unmounted.js";
import { bufferEnd, freshSwitch, writeSwitch } from "./writeSwitch.js";

/** The steps that a switch goes up and down; `cleaned` is entered by `startCleanup`, `returning` by `startRebuild`. */
const ladder: readonly Step[] = ["off", "dual-write", "shadow", "new-then-old", "new"];

/**
 * Takes a phase one step on, or one step back among dual-write … new (`off` is an abort's). Back is always allowed; on is
 * refused while something does not keep up (`refuse` lists the reasons), unless its code is forced.
 *
 * off → dual-write is T0: a new epoch. Into `shadow` a comparison of both readers starts. Into `new` the buffer starts, before
 * whose end cleanup is refused.
 *
 * @throws ConvexError `switch_refused`
 */
export const switchStep = internalMutation({
  args: {
    migrationId: phaseArgument,
    to: oneOf(...steps),
    dryRun: v.optional(v.boolean()),
    force: v.optional(v.array(v.string())),
    bufferDays: v.optional(v.number()),
  },
  handler: async (ctx, { migrationId, to, dryRun = false, force = [], bufferDays }) => {
    const state = (await readPhases(ctx.db))[migrationId];
    refuse(migrationId, await reasonsAgainst(ctx, migrationId, state, to), force);
    if (to === "dual-write" && state.step === "off") refuse(migrationId, await unmounted(ctx.db, migrationId), force);
    const epoch = state.epoch + (to === "dual-write" && state.step === "off" ? 1 : 0);
    const answer = { migrationId, from: state.step, to, epoch };
    if (dryRun) return answer;
    if (epoch > state.epoch) await writeSwitch(ctx, migrationId, state, { ...freshSwitch, step: to, epoch });
    else {
      const cleanupNotBefore = to === "new" ? bufferEnd(bufferDays) : undefined;
      await writeSwitch(ctx, migrationId, state, { step: to, cleanupNotBefore });
    }
    // At every step: a heart that was lost beats again, and one that beats is not doubled.
    await startTicking(ctx);
    if (to === "shadow") await startComparing(ctx, migrationId, epoch);
    return answer;
  },
});

/** One document in so many is compared. */
const shadowSample = 10;

/** Both readers answer side by side from now on: each pair is compared over a sample, as far as the step goes. */
async function startComparing({ scheduler }: MutationCtx, migrationId: Phase, epoch: number): Promise<void> {
  for (const reader of readersOf(migrationId)) {
    const sample = { seed: Date.now(), oneIn: shadowSample };
    await scheduler.runAfter(0, mounted("mutation", "compareShadow"), { migrationId, epoch, reader, ...sample });
  }
}

async function reasonsAgainst(
  { db }: MutationCtx,
  phase: Phase,
  { step, switchRow }: PhaseState,
  to: Step,
): Promise<Reason[]> {
  if (step === "cleaned" && to === "complete") {
    const clean = switchRow?.driftFreeSince !== undefined;
    return [...(clean ? [] : [{ code: "not_cleaned" as const }]), ...(await unworked(db, phase))];
  }
  const [from, target] = [ladder.indexOf(step), ladder.indexOf(to)];
  if (from === -1 || target < 1 || Math.abs(target - from) !== 1) return [{ code: "wrong_step", step }];
  if (target < from) return [];
  if (step === "off") {
    const tables = await filledTables(db, rowTablesOf(phase));
    return tables.length === 0 ? [] : [{ code: "rows_left", tables }];
  }
  const behind = [...(await unworked(db, phase)), ...(await unexplained(db, phase))];
  return to === "new" && switchRow !== null ? [...behind, ...undelivered(switchRow)] : behind;
}
