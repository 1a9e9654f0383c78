import pLimit from "p-limit";
import { type Phase, phases } from "../../convex/schema/steps.js";

/** Commands of several phases under way at once: each is a process, and most of its time is its start. */
const atOnce = 3;

/** Does something for each phase. Throws what the first one that fails throws, when those under way have ended. */
export async function forEachPhase<T>(work: (phase: Phase) => Promise<T>): Promise<T[]> {
  const limit = pLimit(atOnce);
  const settled = await Promise.allSettled(phases.map((phase) => limit(async () => await work(phase))));
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}
