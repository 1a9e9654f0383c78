import { rm, rmdir, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Database } from "../db/database.js";
import { UnnestError } from "../errors.js";
import type { Model } from "../model/types.js";
import type { Stage } from "../stage.js";
import { emptyDirectory, prepareDirectory, withScratch } from "./directory.js";
import { takeLock } from "./lock.js";
import { openDatabase } from "./openDatabase.js";
import type { RunOptions } from "./options.js";
import { type RunPaths, runPaths } from "./paths.js";
import type { Progress } from "./progress.js";
import { otherVersion, type RunRecord, readRecord, type StageRecord, writeRecord } from "./record.js";
import { type RunResult, runStages } from "./runStages.js";
import { runFormat, toolVersion } from "./version.js";

export interface RunRequest {
  /** The run directory. */
  readonly root: string;
  readonly options: RunOptions;
  /** Throw away what an earlier run left there. */
  readonly fresh: boolean;
  readonly stages: readonly Stage[];
  readonly model: Model;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  onStage(stage: StageRecord, kept: boolean): void;
  /** SHA-256 of the snapshot; asked for only when an earlier run has to be told from one of another snapshot. */
  snapshotHash(): Promise<string>;
}

/**
 * One run on a run directory: lock, resume what an earlier one left, stages, clean up. A run whose first stage fails
 * leaves nothing behind.
 *
 * Throws for what stands before the first stage (RUN_DIRECTORY_…, RUN_OPTIONS_DIFFER, NOT_A_RUN_DIRECTORY); what a stage
 * throws is in the result.
 */
export async function executeRun(request: RunRequest): Promise<RunResult> {
  const { options, model, progress, signal } = request;
  const paths = runPaths(request.root);
  const isNew = await prepareDirectory(paths);
  const unlock = await takeLock(paths.lock);
  let keep = true;
  try {
    if (request.fresh) await emptyDirectory(paths);
    const record = await findRecord(request, paths);
    // From here on the directory is ours, whatever ends this run.
    await writeRecord(paths.record, record);
    try {
      const result = await withDatabase(request, paths, (database) =>
        runStages(
          request.stages,
          { paths, options, model, progress, signal, database },
          { record, save: (changed) => writeRecord(paths.record, changed), onStage: request.onStage },
        ),
      );
      keep = isSomethingDone(result);
      return result;
    } catch (error) {
      // Not a stage has failed but what stands around them, the saving of the record above all: what it says is done stays.
      keep = isSomethingDone(await readRecord(paths.record));
      throw error;
    }
  } finally {
    if (!keep) await emptyDirectory(paths);
    await unlock();
    if (!keep && isNew) await rmdir(paths.root).catch(() => {});
  }
}

async function withDatabase<T>(
  request: RunRequest,
  paths: RunPaths,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const { threads, memoryLimit } = request.options;
  return await withScratch(paths, async () => {
    const database = await openDatabase(paths, { threads, memoryLimit, readOnly: false });
    try {
      return await work(database);
    } finally {
      database.close();
    }
  });
}

function isSomethingDone(record: { readonly stages: readonly StageRecord[] } | null): boolean {
  return record?.stages.some(({ status }) => status === "done") ?? false;
}

/** The record to go on with: the one found, when it is of the same work, else a new one. */
async function findRecord(request: RunRequest, paths: RunPaths): Promise<RunRecord> {
  const name = basename(request.options.snapshot);
  const options = { strict: request.options.strict, with: [...request.options.with].sort() };
  const fresh: RunRecord = {
    format: runFormat,
    tool: toolVersion(),
    snapshot: { name, sha256: null },
    options,
    stages: [],
  };
  const found = await readRecord(paths.record);
  const database = await stat(paths.database).catch(() => null);
  if (found === null || !isSomethingDone(found) || database === null) {
    // Nothing of it can be used: what is left of it goes, a database without a record too.
    await rm(paths.database, { force: true });
    await rm(`${paths.database}.wal`, { force: true });
    return fresh;
  }
  if (found.tool !== toolVersion()) throw otherVersion("RUN_DIRECTORY_OLDER", paths.record, found.tool);
  if (found.snapshot.sha256 !== (await request.snapshotHash())) {
    throw new UnnestError("RUN_DIRECTORY_OF_ANOTHER_SNAPSHOT", "This run directory belongs to another snapshot.", {
      file: request.root,
      itsSnapshot: found.snapshot.name,
      yourSnapshot: name,
    });
  }
  if (JSON.stringify(found.options) !== JSON.stringify(options)) {
    const words = (of: RunRecord["options"]): string =>
      [...(of.strict ? ["--strict"] : []), ...of.with.map((part) => `--with ${part}`)].join(" ") || "none";
    throw new UnnestError("RUN_OPTIONS_DIFFER", "This run was started with other options.", {
      file: request.root,
      itsOptions: words(found.options),
      yourOptions: words(options),
    });
  }
  return found;
}
