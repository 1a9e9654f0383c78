import type { Step } from "../../convex/schema/steps.js";
import { forEachPhase } from "./forEachPhase.js";
import type { Rehearsal } from "./rehearsal.js";

/** Takes all phases to a step. */
export async function switchAll({ commands }: Rehearsal, to: Step, more: readonly string[] = []): Promise<void> {
  await forEachPhase(async (phase) => await commands.run(["switch", phase, to, ...more]));
}
