import { vi } from "vitest";
import { mounted } from "../../../convex/mount.js";
import type { Deployment } from "../deployment.js";

/** Works off the jobs that are due, and those that they queue. The test's timers are fake ones. */
export async function workOff(deployment: Deployment): Promise<void> {
  for (;;) {
    const { started } = await deployment.mutation(mounted("mutation", "workOffJobs"), {});
    await deployment.finishAllScheduledFunctions(vi.advanceTimersToNextTimer);
    if (started === 0) return;
  }
}
