import { mounted } from "../mount.js";
import type { MutationCtx } from "../runtime.js";
import { tickInterval } from "./tick.js";

/**
 * Sees to it that `tick` runs from now on. Whether it does already is looked up by a tick of its own: a transaction that reads the
 * scheduler's table would conflict with everything an application schedules, and Convex runs a scheduled one until it succeeds.
 */
export async function startTicking({ scheduler }: Pick<MutationCtx, "scheduler">): Promise<void> {
  await scheduler.runAfter(tickInterval, mounted("mutation", "tick"), { joins: true });
}
