/**
 * One writing command at a time on a run directory.
 *
 * The lock is a file that holds who has it. It appears whole (written aside, then linked), so a reader never sees an
 * empty one. A lock whose process is gone is taken over: of several that try, the rename lets one win. Whoever renamed
 * a lock that was taken meanwhile puts it back. DuckDB's own lock on `work.duckdb`, which the kernel drops with its
 * process, stands behind this; alone it would not cover the files beside the database.
 *
 * proper-lockfile was weighed: it knows a dead owner only by the file's age, so a run that was killed could not be
 * started again for ten seconds, and a long synchronous step would lose the lock.
 */
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { UnnestError } from "../errors.js";
import { isRunning, ownIdentity, type ProcessIdentity } from "./processIdentity.js";
import { removeAtExit } from "./removeAtExit.js";

const lockContent = z.object({ host: z.string(), pid: z.number().int(), start: z.string().nullable() });

async function holder(path: string): Promise<ProcessIdentity | "unreadable" | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    if (code === "EISDIR") return "unreadable";
    throw error;
  }
  try {
    return lockContent.parse(JSON.parse(text));
  } catch {
    return "unreadable";
  }
}

function busy(path: string, by: ProcessIdentity | "unreadable"): UnnestError {
  if (by === "unreadable") {
    return new UnnestError("RUN_DIRECTORY_BUSY", "The lock of the run directory is not one this version wrote.", {
      file: path,
    });
  }
  return new UnnestError("RUN_DIRECTORY_BUSY", "Another unnest command works on this run directory.", {
    file: path,
    process: by.pid,
    host: by.host,
  });
}

/** Throws RUN_DIRECTORY_BUSY while a process that still runs holds the lock. */
export async function refuseWhileLocked(path: string): Promise<void> {
  const by = await holder(path);
  if (by !== null && (by === "unreadable" || isRunning(by))) throw busy(path, by);
}

async function takeAwayStale(path: string, stale: ProcessIdentity, aside: string): Promise<void> {
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const taken = await holder(aside);
  const same = taken !== null && taken !== "unreadable" && taken.pid === stale.pid && taken.start === stale.start;
  if (!same) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

/**
 * Takes the lock at `path` or throws RUN_DIRECTORY_BUSY. The returned function gives it back, and so does the end of the process.
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const own = ownIdentity();
  const aside = `${path}.${own.pid}`;
  await rm(aside, { force: true });
  await writeFile(aside, JSON.stringify(own), { mode: 0o600, flag: "wx" });
  try {
    while (true) {
      try {
        await link(aside, path);
        const callOff = removeAtExit(path);
        return async () => {
          await rm(path, { force: true });
          callOff();
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const by = await holder(path);
      if (by === null) continue;
      if (by === "unreadable" || isRunning(by)) throw busy(path, by);
      await takeAwayStale(path, by, `${aside}.stale`);
    }
  } finally {
    await rm(aside, { force: true });
  }
}
