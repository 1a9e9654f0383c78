/** The run directory as a folder: making it, knowing it, emptying it. Files that unnest did not write are never touched. */
import { chmod, mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UnnestError } from "../errors.js";
import { outputFiles, type RunPaths } from "./paths.js";
import { removeAtExit } from "./removeAtExit.js";

/** Everything a run may leave in its directory, with what stands beside a file while it is written. */
function ownFiles(paths: RunPaths): string[] {
  const files = [...outputFiles(paths).values(), paths.batches, paths.importReport, paths.record];
  return [
    paths.database,
    `${paths.database}.wal`,
    paths.spool,
    paths.spill,
    paths.exports,
    paths.deltaRun,
    ...files,
    ...files.map((file) => `${file}.partial`),
  ];
}

/**
 * Makes the directory, or makes sure that it is one of ours, and closes it to everybody but its owner.
 *
 * @returns whether it is new
 * Throws NOT_A_RUN_DIRECTORY for a file, and for a directory with other things in it and no run record.
 */
export async function prepareDirectory(paths: RunPaths): Promise<boolean> {
  let entries: string[];
  try {
    entries = await readdir(paths.root);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") throw new UnnestError("NOT_A_RUN_DIRECTORY", "This is a file.", { file: paths.root });
    if (code !== "ENOENT") throw error;
    await mkdir(paths.root, { recursive: true, mode: 0o700 });
    return true;
  }
  const own = new Set([...ownFiles(paths), dirname(paths.packageZip), paths.phases].map((path) => basename(path)));
  const foreign = entries.find((name) => !own.has(name) && !name.startsWith(basename(paths.lock)));
  if (foreign !== undefined && !entries.includes(basename(paths.record))) {
    throw new UnnestError("NOT_A_RUN_DIRECTORY", "This directory holds files, and no run of unnest.", {
      file: paths.root,
      found: foreign,
    });
  }
  await chmod(paths.root, 0o700);
  return false;
}

/**
 * Removes what runs have left there: database, record, output, files on their way, and the spill of questions (`openRun`) that were
 * killed. The directory and the lock stay.
 */
export async function emptyDirectory(paths: RunPaths): Promise<void> {
  const spills = (await readdir(paths.root)).filter((name) => name.startsWith(`${basename(paths.spill)}-`));
  for (const path of [...ownFiles(paths), ...spills.map((name) => join(paths.root, name))])
    await rm(path, { recursive: true, force: true });
  await rmdir(dirname(paths.packageZip)).catch(() => {});
}

/** Does some work with an empty folder for its files (`spool`); they and DuckDB's spill are gone after it, however it ends. */
export async function withScratch<T>(paths: RunPaths, work: () => Promise<T>): Promise<T> {
  await removeScratch(paths);
  await mkdir(paths.spool, { mode: 0o700 });
  const callOff = [paths.spool, paths.spill].map((path) => removeAtExit(path));
  try {
    return await work();
  } finally {
    await removeScratch(paths);
    for (const each of callOff) each();
  }
}

async function removeScratch(paths: RunPaths): Promise<void> {
  await rm(paths.spool, { recursive: true, force: true });
  await rm(paths.spill, { recursive: true, force: true });
}
