import { stat } from "node:fs/promises";
import { join } from "node:path";
import { authorityOf } from "../../convex/schema/steps.js";
import { probe } from "../remote/probe.js";
import { phaseOf } from "./phaseOf.js";
import { type RunOptions, runWalk, type WalkOutcome } from "./runWalk.js";
import { saveValues } from "./saveValues.js";
import { abort } from "./walks.js";

export interface AbortOutcome extends WalkOutcome {
  /** The file with the application's own values; null when there were none. */
  readonly valuesFile: string | null;
  /** Rows that have such values; null when an earlier abort has saved them. */
  readonly values: number | null;
}

/**
 * Aborts a phase: first the values that belong to the application go into a file, then the phase off, then its rows. What is in the
 * file when rows begin to go is never written over.
 *
 * @throws as `runWalk`; what the file system refuses, before anything was changed
 */
export async function abortPhase(options: Omit<RunOptions, "walk" | "start" | "onStarted">): Promise<AbortOutcome> {
  const { remote, migrationId, dryRun, folder, retries, progress, enough } = options;
  const { step, epoch, since } = phaseOf(await probe(remote, retries), migrationId);
  const file = join(folder, `${migrationId}-epoch-${epoch}-${remote.name}-values.jsonl`);
  const save = (): Promise<number> =>
    saveValues(remote, migrationId, dryRun ? null : file, { retries, progress, enough });
  const isSaved = step === "off" && (await stat(file).catch(() => null)) !== null;
  const isAbortable = since !== null && authorityOf(step) === "old";
  let values = isAbortable && !isSaved ? await save() : null;
  const outcome = await runWalk({
    ...options,
    walk: abort,
    start: { valuesSaved: true },
    // Once more, now that the phase is off and nobody changes them any longer; all rows still stand.
    onStarted: async () => {
      values = await save();
    },
  });
  return { ...outcome, values, valuesFile: !dryRun && (isSaved || (values ?? 0) > 0) ? file : null };
}
