import type { Phase, Step } from "../../convex/schema/steps.js";
import { probe } from "../remote/probe.js";
import { phaseOf } from "./phaseOf.js";
import type { Reason } from "./reasons.js";
import { type StartArguments, startWalk } from "./startWalk.js";
import { type Walked, type WalkOptions, walkOn } from "./walkOn.js";

export interface RunOptions extends Omit<WalkOptions, "epoch" | "since"> {
  readonly start?: StartArguments;
  /** Called when the phase has taken the walk's step in this very call, before the first page. */
  readonly onStarted?: (epoch: number) => Promise<void>;
}

/** What became of a walk. */
export interface WalkOutcome {
  readonly migrationId: Phase;
  /** Where the phase was before. */
  readonly from: Step;
  /** Where it is now. */
  readonly step: Step;
  readonly epoch: number;
  readonly dryRun: boolean;
  /** Why the deployment refused, or, in a dry run, would refuse. */
  readonly reasons: readonly Reason[];
  /** Null when there was nothing to do, or it was refused. */
  readonly walked: Walked | null;
}

/**
 * Takes a phase through a walk: start, pages, end; or goes on with one that was stopped. Of a phase that the walk has behind it, or
 * that was never begun, it changes nothing.
 *
 * @throws CallFailure, UnnestError of `probe`; the signal's reason
 */
export async function runWalk(options: RunOptions): Promise<WalkOutcome> {
  const { remote, walk, migrationId, dryRun, retries } = options;
  const before = phaseOf(await probe(remote, retries), migrationId);
  const outcome = { migrationId, from: before.step, step: before.step, epoch: before.epoch, dryRun, reasons: [] };
  if (before.since === null || walk.doneAt.includes(before.step)) return { ...outcome, walked: null };

  const isUnderWay = before.step === walk.at;
  const reasons = isUnderWay ? [] : await startWalk(remote, walk, migrationId, { ...options.start, dryRun, retries });
  // A dry run looks behind reasons that pass or can be forced.
  const isBarred = dryRun ? reasons.some(({ code }) => code === "wrong_step") : reasons.length > 0;
  if (isBarred) return { ...outcome, reasons, walked: null };
  if (!isUnderWay && !dryRun) await options.onStarted?.(before.epoch);

  const { epoch, since } = dryRun ? before : phaseOf(await probe(remote, retries), migrationId);
  const walked = await walkOn({ ...options, epoch, since: since ?? 0 });
  const { step } = dryRun ? before : phaseOf(await probe(remote, retries), migrationId);
  return { ...outcome, reasons, step, epoch, walked };
}
