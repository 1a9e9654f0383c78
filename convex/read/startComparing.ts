import { forgetEvidence, type PhaseEpoch } from "../evidence/evidence.js";
import { mounted } from "../mount.js";
import type { MutationCtx } from "../runtime.js";
import { readersOf } from "./shadowReaders.js";

/** One document in so many is compared. */
const shadowSample = 10;

/**
 * Compares a phase's readers anew, over a sample, as far as the step goes: when both sides begin to answer, and whenever what was
 * compared before says nothing about the rows of now.
 */
export async function startComparing(ctx: MutationCtx, phase: PhaseEpoch): Promise<void> {
  await forgetEvidence(ctx, phase, "comparison");
  for (const reader of readersOf(phase.migrationId)) {
    const sample = { seed: Date.now(), oneIn: shadowSample };
    await ctx.scheduler.runAfter(0, mounted("mutation", "compareShadow"), { ...phase, reader, ...sample });
  }
}
