import type { RemoteDeployment } from "../remote/openRemote.js";
import type { PhaseStatus } from "../remote/phaseStatus.js";
import { probe } from "../remote/probe.js";
import type { RetryOptions } from "../remote/withRetries.js";
import { type NextStep, nextStep } from "./nextStep.js";
import type { Reason } from "./reasons.js";
import { startWalk } from "./startWalk.js";
import { askSwitch } from "./switchPhase.js";
import { cleanup } from "./walks.js";

/** A phase with what lies before it. */
export interface DescribedPhase extends PhaseStatus {
  /** Null when the phase is complete. */
  readonly next: (NextStep & { readonly reasons: readonly Reason[] }) | null;
}

export interface DescribedDeployment {
  readonly deployment: string;
  readonly url: string;
  readonly version: number;
  /** Milliseconds; null when no touch is open. */
  readonly oldestTouchAge: number | null;
  readonly phases: readonly DescribedPhase[];
}

/**
 * Asks where each phase is, and what holds up its next step: the deployment itself is asked, by a dry run of that step.
 *
 * @throws CallFailure, UnnestError of `probe`
 */
export async function describePhases(remote: RemoteDeployment, retries: RetryOptions): Promise<DescribedDeployment> {
  const { phases, ...status } = await probe(remote, retries);
  const described = await Promise.all(
    phases.map(async (phase): Promise<DescribedPhase> => {
      const next = nextStep(phase);
      return { ...phase, next: next && { ...next, reasons: await reasonsAgainst(remote, phase, next, retries) } };
    }),
  );
  return { deployment: remote.name, url: remote.url, ...status, phases: described };
}

/** A rebuild that is under way ends by itself: only its own pages know what is left. */
async function reasonsAgainst(
  remote: RemoteDeployment,
  { step, migrationId }: PhaseStatus,
  { to }: NextStep,
  retries: RetryOptions,
): Promise<readonly Reason[]> {
  if (step === "returning") return [];
  if (to === "cleaned") return await startWalk(remote, cleanup, migrationId, { dryRun: true, retries });
  const answer = await askSwitch({ remote, migrationId, to, dryRun: true, force: [], retries });
  return "reasons" in answer ? answer.reasons : [];
}
