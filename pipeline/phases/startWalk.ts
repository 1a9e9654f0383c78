import { z } from "zod";
import { isPhase, type Phase } from "../../convex/schema/steps.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import { type RetryOptions, withRetries } from "../remote/withRetries.js";
import { type Reason, reasonsIn } from "./reasons.js";
import type { Walk } from "./walks.js";

/** What the functions that start a walk take besides the phase. */
export interface StartArguments {
  readonly force?: readonly string[];
  readonly valuesSaved?: boolean;
}

const started = z.object({ migrationId: z.string().refine(isPhase), epoch: z.number().int().nonnegative() });

/**
 * Takes a phase to the step at which a walk's pages run. Started before by a call whose answer was lost, it is started.
 *
 * @returns the reasons for which the deployment refuses; none when it is started, or, in a dry run, could be
 * @throws CallFailure
 */
export async function startWalk(
  remote: RemoteDeployment,
  { start, at }: Walk,
  migrationId: Phase,
  options: StartArguments & { readonly dryRun: boolean; readonly retries: RetryOptions },
): Promise<readonly Reason[]> {
  const { retries, ...given } = options;
  try {
    await withRetries(() => remote.mutation(start, { migrationId, ...given }, started), retries);
    return [];
  } catch (error) {
    const reasons = reasonsIn(error);
    if (reasons === null) throw error;
    const isStarted = reasons.every(({ code, step }) => code === "wrong_step" && step === at);
    return isStarted ? [] : reasons;
  }
}
