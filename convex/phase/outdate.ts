import { forgetEvidence, type PhaseEpoch } from "../evidence/evidence.js";
import type { PhaseState } from "../phases.js";
import type { MutationCtx } from "../runtime.js";

/**
 * From now on what was exported or verified before proves nothing of a phase: what it has seen is not what stands. Exports are told
 * by the `deltasFrom` they show, verifications by the one they began under; no two of a phase are equal, whatever clocks do.
 *
 * @returns what the phase's switch is to say
 */
export async function outdateEvidence(
  ctx: Pick<MutationCtx, "db">,
  phase: PhaseEpoch,
  { switchRow }: Pick<PhaseState, "switchRow">,
): Promise<{ readonly deltasFrom: number }> {
  await forgetEvidence(ctx, phase, "verification");
  return { deltasFrom: Math.max(Date.now(), (switchRow?.deltasFrom ?? 0) + 1) };
}
