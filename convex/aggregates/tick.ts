import { getFunctionName } from "convex/server";
import { v } from "convex/values";
import { mounted } from "../mount.js";
import { phases, readPhases } from "../phases.js";
import { internalMutation, type MutationCtx } from "../runtime.js";

/**
 * Milliseconds from one tick to the next. Aggregates are as old as this where nobody adds open touches, a step waits until no touch
 * is older than five minutes, and a patched row makes transactions that are reading it start again: often enough to be thirty
 * times within the five minutes, seldom enough to cost nothing.
 */
export const tickInterval = 10_000;

/**
 * The migration's heartbeat: starts the fold and the jobs, each as a function of its own whose failure does not reach this one, and
 * schedules itself. It ends when all phases are off and neither touch nor job is open. Two hearts at once do no harm;
 * `npx convex run unnest:tick` starts one again by hand.
 *
 * `joins`: one that `startTicking` asked for; it ends where another one beats already.
 */
export const tick = internalMutation({
  args: { joins: v.optional(v.boolean()) },
  handler: async (ctx, { joins = false }): Promise<void> => {
    if ((joins && (await isTicking(ctx))) || !(await isNeeded(ctx))) return;
    const until = Date.now() + tickInterval;
    await ctx.scheduler.runAfter(0, mounted("mutation", "foldTouches"), { until });
    await ctx.scheduler.runAfter(0, mounted("mutation", "workOffJobs"), {});
    await ctx.scheduler.runAt(until, mounted("mutation", "tick"), {});
  },
});

async function isNeeded({ db }: Pick<MutationCtx, "db">): Promise<boolean> {
  const states = await readPhases(db);
  if (phases.some((phase) => states[phase].step !== "off")) return true;
  const touch = await db.query("unnestTouches").first();
  return touch !== null || (await db.query("unnestJobs").first()) !== null;
}

/** Scheduled functions among which a tick is looked for; where an application schedules more, a second heart may beat. */
const mostLookedAt = 1_000;

/** Is there a tick to come, or one running? Each schedules the next in its own transaction, so a heart that beats is seen. */
async function isTicking({ db }: Pick<MutationCtx, "db">): Promise<boolean> {
  const since = Date.now() - 2 * tickInterval;
  const scheduled = await db.system
    .query("_scheduled_functions")
    .withIndex("by_creation_time", (range) => range.gt("_creationTime", since))
    .order("desc")
    .take(mostLookedAt);
  const name = getFunctionName(mounted("mutation", "tick"));
  return scheduled.some(
    ({ name: path, args, state }) =>
      // Convex names the module with its ending: `unnest.js:tick`.
      path.replace(".js:", ":") === name &&
      (args[0] as { joins?: boolean } | undefined)?.joins !== true &&
      (state.kind === "pending" || state.kind === "inProgress"),
  );
}
