import { mkdtemp, rm, stat } from "node:fs/promises";
import type { Database } from "../db/database.js";
import { UnnestError } from "../errors.js";
import { checkDirectory, withScratch } from "./directory.js";
import { refuseWhileLocked, takeLock } from "./lock.js";
import { type OpenOptions, openDatabase } from "./openDatabase.js";
import { type RunPaths, runPaths } from "./paths.js";
import { type RunRecord, readRecord } from "./record.js";
import { removeAtExit } from "./removeAtExit.js";

export interface OpenRun {
  readonly paths: RunPaths;
  readonly record: RunRecord;
  /** Read-only, unless the work `writes`. */
  readonly database: Database;
}

export interface RunNeeds extends Omit<OpenOptions, "readOnly"> {
  /** The run directory. */
  readonly root: string;
  /** The stage that must be done. */
  readonly stage: string;
  /** Whether the work writes files while it runs (in `spool`), so that two of its kind would meet. */
  readonly scratch: boolean;
  /** Whether the work writes to the database; it has `scratch` then, which keeps other commands out. */
  readonly writes?: boolean;
}

/**
 * Works on what a run has left, without changing what its stages wrote. Throws RUN_DIRECTORY_MISSING, RUN_INCOMPLETE, RUN_DIRECTORY_BUSY and
 * what `readRecord` throws.
 */
export async function withRun<T>(needs: RunNeeds, work: (run: OpenRun) => Promise<T>): Promise<T> {
  const { paths, record } = await findRun(needs.root);
  const unlock = needs.scratch ? await takeLock(paths.lock) : await refuseWhileLocked(paths.lock).then(() => null);
  try {
    requireStage(record, needs);
    const opened = async (): Promise<T> => {
      const database = await openDatabase(paths, { ...needs, readOnly: needs.writes !== true });
      try {
        return await work({ paths, record, database });
      } finally {
        database.close();
      }
    };
    return await (needs.scratch ? withScratch(paths, opened) : opened());
  } finally {
    await unlock?.();
  }
}

/**
 * The same for work that takes as long as its reader likes: any number of such runs stand open beside each other, each with a folder of
 * its own for DuckDB's spill. Throws what `withRun` throws.
 *
 * @returns the run, and what closes it
 */
export async function openRun(needs: Omit<RunNeeds, "scratch">): Promise<OpenRun & { close(): Promise<void> }> {
  const { paths: shared, record } = await findRun(needs.root);
  await refuseWhileLocked(shared.lock);
  requireStage(record, needs);
  const paths = { ...shared, spill: await mkdtemp(`${shared.spill}-`) };
  const callOff = removeAtExit(paths.spill);
  const removeSpill = async () => {
    await rm(paths.spill, { recursive: true, force: true });
    callOff();
  };
  try {
    const database = await openDatabase(paths, { ...needs, readOnly: true });
    const close = async (): Promise<void> => {
      database.close();
      await removeSpill();
    };
    return { paths, record, database, close };
  } catch (error) {
    await removeSpill();
    throw error;
  }
}

async function findRun(root: string): Promise<Pick<OpenRun, "paths" | "record">> {
  const paths = runPaths(root);
  const missing = new UnnestError("RUN_DIRECTORY_MISSING", "No run of unnest is here.", { file: root });
  await checkDirectory(paths).catch((error) => {
    // Whoever reads a run has no use for an empty directory in its place.
    throw error instanceof UnnestError && error.code === "NOT_A_RUN_DIRECTORY" ? missing : error;
  });
  const record = await readRecord(paths.record);
  if (record === null || (await stat(paths.database).catch(() => null)) === null) throw missing;
  return { paths, record };
}

function requireStage({ stages, snapshot }: RunRecord, { root, stage }: Pick<RunNeeds, "root" | "stage">): void {
  if (stages.some(({ name, status }) => name === stage && status === "done")) return;
  throw new UnnestError("RUN_INCOMPLETE", `This run has not finished its stage ${stage}.`, {
    file: root,
    snapshot: snapshot.name,
  });
}
