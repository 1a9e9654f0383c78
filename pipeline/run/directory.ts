/** The run directory as a folder: making it, knowing it, emptying it. Files that unnest did not write are never touched. */
import type { Dirent } from "node:fs";
import { chmod, mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UnnestError } from "../errors.js";
import { asDirectoryError, makeDirectory } from "./makeDirectory.js";
import { outputFiles, type RunPaths } from "./paths.js";
import { requireRecord } from "./record.js";
import { removeAtExit } from "./removeAtExit.js";

/** Everything a run may leave in its directory, with what stands beside a file while it is written; the record, which makes it ours, last. */
function ownFiles(paths: RunPaths): string[] {
  const files = [...outputFiles(paths).values(), paths.batches, paths.importReport];
  return [
    paths.database,
    `${paths.database}.wal`,
    paths.spool,
    paths.spill,
    paths.exports,
    paths.deltaRun,
    paths.nextDelta,
    paths.lastDelta,
    ...files,
    ...files.map((file) => `${file}.partial`),
    `${paths.record}.partial`,
    paths.record,
  ];
}

/**
 * Makes the directory, or makes sure that it is one of ours, and closes it to everybody but its owner.
 *
 * @returns whether it is new
 * Throws what `checkDirectory` throws, and DIRECTORY_NOT_MADE.
 */
export async function prepareDirectory(paths: RunPaths): Promise<boolean> {
  const isThere = await checkDirectory(paths);
  if (isThere) await chmod(paths.root, 0o700);
  else await makeDirectory(paths.root);
  return !isThere;
}

/**
 * Makes sure that nothing of somebody else's is written over or through: a directory is ours by its record, whatever its files are called;
 * without one it is empty, but for a lock and the walks through a deployment, which come before a run. Links are not followed.
 *
 * @returns whether there is a directory
 * Throws NOT_A_RUN_DIRECTORY, RUN_DIRECTORY_DAMAGED, SYMBOLIC_LINK or DIRECTORY_NOT_MADE.
 */
export async function checkDirectory(paths: RunPaths): Promise<boolean> {
  const entries = await entriesOf(paths.root);
  if (entries === null) return false;
  if (entries.some(({ name }) => name === basename(paths.record))) {
    await refuseLinks(paths, entries);
    await requireRecord(paths.record);
    return true;
  }
  const foreign = entries.find((entry) => !mayComeFirst(entry, paths));
  if (foreign !== undefined) {
    throw new UnnestError("NOT_A_RUN_DIRECTORY", "This directory holds files, and no run of unnest.", {
      file: paths.root,
      found: foreign.name,
    });
  }
  return true;
}

/** What a directory may hold before it has a record: a lock, the record on its way, how far walks are. */
function mayComeFirst(entry: Dirent, paths: RunPaths): boolean {
  if (entry.isDirectory()) return entry.name === basename(paths.phases);
  const isLock = /^\.\d+(?:\.stale)?$|^$/.test(entry.name.slice(basename(paths.lock).length));
  const isOurs =
    entry.name === `${basename(paths.record)}.partial` || (entry.name.startsWith(basename(paths.lock)) && isLock);
  return entry.isFile() && isOurs;
}

async function entriesOf(folder: string): Promise<readonly Dirent[] | null> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    if (code === "ENOTDIR") throw new UnnestError("NOT_A_RUN_DIRECTORY", "This is a file.", { file: folder });
    throw asDirectoryError(error, folder);
  }
}

/** Throws SYMBOLIC_LINK for a link under a name of ours, dangling or not, at the top or in a folder of ours. */
async function refuseLinks(paths: RunPaths, entries: readonly Dirent[]): Promise<void> {
  const own = new Set([...ownFiles(paths), dirname(paths.packageZip), paths.phases].map((path) => basename(path)));
  const isOwn = ({ name }: Dirent): boolean =>
    own.has(name) || [paths.lock, paths.spill].some((path) => name.startsWith(basename(path)));
  const folders = [dirname(paths.packageZip), paths.phases, paths.exports];
  refuseLink(paths.root, entries.filter(isOwn));
  const isThere = (folder: string): boolean =>
    entries.some((entry) => entry.name === basename(folder) && entry.isDirectory());
  for (const folder of folders.filter(isThere)) refuseLink(folder, (await entriesOf(folder)) ?? []);
}

function refuseLink(folder: string, entries: readonly Dirent[]): void {
  const link = entries.find((entry) => entry.isSymbolicLink());
  if (link === undefined) return;
  throw new UnnestError("SYMBOLIC_LINK", "A link stands where a file of the run belongs.", {
    file: join(folder, link.name),
  });
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
