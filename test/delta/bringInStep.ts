import { makeFunctionReference } from "convex/server";
import { drainTouches } from "../convex/aggregates/drainTouches.js";
import type { Deployment } from "../convex/deployment.js";
import { planCorrections, planResync } from "../convex/law/batches.js";
import { stateOf } from "../convex/law/state.js";

let plans = 0;

/** Syncs every part and corrects every aggregate of the phases that are on, as the law's own planner has it; then they are backfilled. */
export async function bringInStep(deployment: Deployment): Promise<void> {
  const state = await stateOf(deployment);
  const name = `step${plans++}`;
  for (const call of [...planResync(state, name), ...planCorrections(state, name)])
    await deployment.mutation(makeFunctionReference<"mutation">(`unnest:${call.name}`), call.args);
  await drainTouches(deployment);
  await deployment.run(async ({ db }) => {
    for (const { _id, deltasFrom = 0 } of await db.query("unnestSwitches").collect())
      await db.patch(_id, { backfilled: true, deltasFrom: deltasFrom + 1 });
  });
}
