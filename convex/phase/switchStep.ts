import { v } from "convex/values";
import { startTicking } from "../aggregates/startTicking.js";
import { type Phase, type PhaseState, readPhases, type Step, steps } from "../phases.js";
import { startComparing } from "../read/startComparing.js";
import { phaseArgument } from "../requirePhase.js";
import { internalMutation, type MutationCtx } from "../runtime.js";
import { oneOf } from "../schema/oneOf.js";
import { reasonsAgainstStep } from "./needs.js";
import { outdateEvidence } from "./outdate.js";
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
    if (epoch > state.epoch) {
      const begun = { ...freshSwitch, ...(await outdateEvidence(ctx, { migrationId, epoch }, state)) };
      await writeSwitch(ctx, migrationId, state, { ...begun, step: to, epoch });
    } else {
      const cleanupNotBefore = to === "new" ? bufferEnd(bufferDays) : undefined;
      await writeSwitch(ctx, migrationId, state, { step: to, cleanupNotBefore });
    }
    // At every step: a heart that was lost beats again, and one that beats is not doubled.
    await startTicking(ctx);
    if (to === "shadow") await startComparing(ctx, { migrationId, epoch });
    return answer;
  },
});

/** Where a step is taken from decides whether it is one; what then holds it up stands in `needs`. */
async function reasonsAgainst(
  { db }: MutationCtx,
  phase: Phase,
  { step, switchRow }: PhaseState,
  to: Step,
): Promise<Reason[]> {
  const isLast = step === "cleaned" && to === "complete";
  const [from, target] = [ladder.indexOf(step), ladder.indexOf(to)];
  if (!isLast && (from === -1 || target < 1 || Math.abs(target - from) !== 1)) return [{ code: "wrong_step", step }];
  return !isLast && target < from ? [] : await reasonsAgainstStep(db, phase, switchRow, to);
}
