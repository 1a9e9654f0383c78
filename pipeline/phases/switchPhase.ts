import { z } from "zod";
import type { Phase, Step } from "../../convex/schema/steps.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import { probe } from "../remote/probe.js";
import { type RetryOptions, withRetries } from "../remote/withRetries.js";
import { phaseOf } from "./phaseOf.js";
import { type Reason, reasonsIn } from "./reasons.js";

export interface SwitchOptions {
  readonly remote: RemoteDeployment;
  readonly migrationId: Phase;
  readonly to: Step;
  readonly dryRun: boolean;
  /** Codes of reasons that may pass. */
  readonly force: readonly string[];
  readonly bufferDays?: number | undefined;
  readonly retries: RetryOptions;
}

export interface SwitchOutcome {
  readonly migrationId: Phase;
  readonly from: Step;
  readonly to: Step;
  readonly epoch: number;
  readonly dryRun: boolean;
  /** It was there already. */
  readonly wasThere: boolean;
  /** Why it was refused; then the phase is where it was. */
  readonly reasons: readonly Reason[];
}

const switched = z.object({ epoch: z.number().int().nonnegative() });

/**
 * Takes a phase one step on or back. Taking it where it is changes nothing, so that a switch whose answer was lost can be
 * repeated.
 *
 * @throws CallFailure, UnnestError of `probe`
 */
export async function switchPhase(options: SwitchOptions): Promise<SwitchOutcome> {
  const { remote, migrationId, to, dryRun, retries } = options;
  const { step: from, epoch } = phaseOf(await probe(remote, retries), migrationId);
  const outcome = { migrationId, from, to, epoch, dryRun, wasThere: false, reasons: [] };
  if (from === to) return { ...outcome, wasThere: true };
  const answer = await askSwitch(options);
  if (!("reasons" in answer)) return { ...outcome, epoch: answer.epoch };
  // The first call had done it, and its answer was lost.
  const isThere = answer.reasons.every(({ code, step }) => code === "wrong_step" && step === to);
  if (!isThere) return { ...outcome, reasons: answer.reasons };
  return { ...outcome, epoch: phaseOf(await probe(remote, retries), migrationId).epoch };
}

/** Asks for a step, or, in a dry run, whether it would be refused. */
export async function askSwitch({
  remote,
  retries,
  ...args
}: SwitchOptions): Promise<{ readonly epoch: number } | { readonly reasons: readonly Reason[] }> {
  try {
    return await withRetries(() => remote.mutation("switchStep", args, switched), retries);
  } catch (error) {
    const reasons = reasonsIn(error);
    if (reasons === null) throw error;
    return { reasons };
  }
}
