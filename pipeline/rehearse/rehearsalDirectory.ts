/** The directory of a rehearsal: made, emptied of an earlier rehearsal, and of its work when that is over. */
import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { UnnestError } from "../errors.js";
import { type RehearsalPaths, rehearsalFiles, workFolders } from "./rehearsalPaths.js";

const own: readonly string[] = [...Object.values(rehearsalFiles), ...workFolders];

/** Throws NOT_A_REHEARSAL for a directory with other things in it. */
export async function prepareRehearsal(paths: RehearsalPaths): Promise<void> {
  await mkdir(paths.root, { recursive: true, mode: 0o700 });
  const foreign = (await readdir(paths.root)).find((name) => !own.includes(name));
  if (foreign !== undefined)
    throw new UnnestError("NOT_A_REHEARSAL", "This directory holds files, and no rehearsal of unnest.", {
      file: paths.root,
      found: foreign,
    });
  await chmod(paths.root, 0o700);
  for (const name of own) await rm(join(paths.root, name), { recursive: true, force: true });
  await mkdir(paths.exports, { mode: 0o700 });
}

/** Exports and runs are as large as the snapshot, each. */
export async function removeWork(paths: RehearsalPaths): Promise<void> {
  for (const name of workFolders) await rm(join(paths.root, name), { recursive: true, force: true });
}
