import { UnnestError } from "../errors.js";
import type { Stage, StageContext } from "../stage.js";
import { clearOutputs, closeToOthers, outputsPresent } from "./clearOutputs.js";
import { watchMemory } from "./memorySampler.js";
import type { RunRecord, StageRecord } from "./record.js";
import { asUnnestError } from "./systemErrors.js";

/** What a run did: every stage is listed, those that did not run too. */
export interface RunResult {
  readonly stages: readonly StageRecord[];
  /** What ended the run early; null when all stages are done. */
  readonly failure: UnnestError | null;
}

export interface Journal {
  /** As it was found when the run started. */
  readonly record: RunRecord;
  save(record: RunRecord): Promise<void>;
  /** Called when a stage has ended, and for stages an earlier run has done (`kept`). */
  onStage(stage: StageRecord, kept: boolean): void;
}

/** How many stages at the front need not run again: done, and their files still there. */
async function countKept(stages: readonly Stage[], context: StageContext, record: RunRecord): Promise<number> {
  let kept = 0;
  for (const stage of stages) {
    const before = record.stages.find(({ name }) => name === stage.name);
    if (before?.status !== "done" || !(await outputsPresent(context.paths, stage.writes))) break;
    kept += 1;
  }
  return kept;
}

const notRun = (name: string): StageRecord => ({ name, status: "notRun", rows: 0, bytes: 0, seconds: 0, peakBytes: 0 });

async function runStage(
  stage: Stage,
  context: StageContext,
): Promise<{ record: StageRecord; failure: UnnestError | null }> {
  const started = performance.now();
  const stopWatching = watchMemory();
  const measured = (): Pick<StageRecord, "seconds" | "peakBytes"> => ({
    seconds: Math.round(performance.now() - started) / 1000,
    peakBytes: stopWatching(),
  });
  try {
    if (context.signal.aborted) throw new UnnestError("INTERRUPTED", `Stopped before the stage ${stage.name}.`);
    context.progress.start(stage.name);
    const { rows, bytes } = await stage.run(context);
    await closeToOthers(context.paths, stage.writes);
    return { record: { name: stage.name, status: "done", rows, bytes, ...measured() }, failure: null };
  } catch (error) {
    const failure = asUnnestError(error);
    return { record: { ...notRun(stage.name), status: "failed", error: failure.code, ...measured() }, failure };
  } finally {
    context.progress.finish();
  }
}

/**
 * Runs the stages in order, leaving out those at the front that are done. A stage that was begun and not finished
 * starts from nothing, and so does every one behind it. The record is saved after each stage. Never throws for what a
 * stage throws: that is `failure`.
 */
export async function runStages(stages: readonly Stage[], context: StageContext, journal: Journal): Promise<RunResult> {
  const kept = await countKept(stages, context, journal.record);
  const results = stages.map(({ name }, index): StageRecord => {
    return (index < kept ? journal.record.stages.find((stage) => stage.name === name) : undefined) ?? notRun(name);
  });
  let snapshot = journal.record.snapshot;
  const save = (): Promise<void> => journal.save({ ...journal.record, snapshot, stages: results });

  await save();
  for (const stage of stages.slice(kept)) await clearOutputs(context.database, context.paths, stage.writes);
  for (const result of results.slice(0, kept)) journal.onStage(result, true);

  let failure: UnnestError | null = null;
  for (const [index, stage] of stages.entries()) {
    if (index < kept) continue;
    if (failure !== null && !(failure.code === "CHECKS_FAILED" && stage.afterFailedChecks === true)) continue;
    const ended = await runStage(stage, context);
    results[index] = ended.record;
    if (ended.failure !== null) {
      // A disk that is full refuses this too; the next start clears it then.
      if (ended.failure.code !== "CHECKS_FAILED") {
        await clearOutputs(context.database, context.paths, stage.writes).catch(() => {});
      }
      failure = ended.failure;
    } else if (snapshot.sha256 === null) {
      snapshot = { ...snapshot, sha256: (await loadedHash(context)) ?? null };
    }
    await save();
    journal.onStage(ended.record, false);
  }
  return { stages: results, failure };
}

/** The hash of the snapshot, which the stage that reads it has left behind. */
async function loadedHash({ database }: StageContext): Promise<string | undefined> {
  const there = await database.count(
    "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'meta' AND table_name = 'snapshot'",
  );
  return there === 0 ? undefined : await database.value<string>("SELECT sha256 FROM meta.snapshot");
}
