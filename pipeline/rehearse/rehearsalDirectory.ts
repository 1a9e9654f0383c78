/** The directory of a rehearsal: made, emptied of an earlier rehearsal, and of its work when that is over. */
import { chmod, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UnnestError } from "../errors.js";
import { makeDirectory } from "../run/makeDirectory.js";
import { toolVersion } from "../run/version.js";
import { type RehearsalPaths, rehearsalFiles, workFolders } from "./rehearsalPaths.js";

const own: readonly string[] = [...Object.values(rehearsalFiles), ...workFolders];

/** Throws NOT_A_REHEARSAL for a directory with other things in it, or with ours and without our mark; DIRECTORY_NOT_MADE. */
export async function prepareRehearsal(paths: RehearsalPaths): Promise<void> {
  await makeDirectory(paths.root);
  const entries = await readdir(paths.root);
  const isOurs = entries.includes(rehearsalFiles.mark);
  const foreign = entries.find((name) => !isOurs || !own.includes(name));
  if (foreign !== undefined)
    throw new UnnestError("NOT_A_REHEARSAL", "This directory holds files, and no rehearsal of unnest.", {
      file: paths.root,
      found: foreign,
    });
  await chmod(paths.root, 0o700);
  if (!isOurs) await writeFile(paths.mark, `${toolVersion()}\n`, { mode: 0o600, flag: "wx" });
  for (const name of own.filter((each) => each !== rehearsalFiles.mark))
    await rm(join(paths.root, name), { recursive: true, force: true });
  await makeDirectory(paths.exports);
}

/** Exports and runs are as large as the snapshot, each. */
export async function removeWork(paths: RehearsalPaths): Promise<void> {
  for (const name of workFolders) await rm(join(paths.root, name), { recursive: true, force: true });
}
