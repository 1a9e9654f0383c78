/**
 * Where a delta is made: beside the one there is, which stays, and can be applied, until the new one is whole. Then they change places,
 * in two renames; a kill between them leaves both, and the next command goes on from there.
 */
import { rename, rm, stat } from "node:fs/promises";
import { refuseWhileLocked } from "../run/lock.js";
import { runPaths } from "../run/paths.js";
import { readRecord } from "../run/record.js";
import { deltaStage } from "./deltaStage.js";

/** The run directories of a delta, by the root of the run that it belongs to. */
export interface DeltaRoots {
  /** The one that counts. */
  readonly current: string;
  /** The one being made. */
  readonly next: string;
  /** The one that was replaced, on its way out. */
  readonly last: string;
}

export function deltaRoots(root: string): DeltaRoots {
  const { deltaRun: current, nextDelta: next, lastDelta: last } = runPaths(root);
  return { current, next, last };
}

/** Ends an exchange that was cut off. For every command that works on a delta, before it looks for one. */
export async function settleDelta({ current, next, last }: DeltaRoots): Promise<void> {
  if (!(await exists(last))) return;
  // The new one was whole before the old one made way.
  if (!(await exists(current))) await rename((await exists(next)) ? next : last, current);
  await rm(last, { recursive: true, force: true });
}

/**
 * Puts the new delta in the place of the one there is, if it is whole.
 *
 * @throws UnnestError RUN_DIRECTORY_BUSY while another command works on the one there is: the new one stays whole beside it
 */
export async function takeNextDelta(roots: DeltaRoots): Promise<void> {
  const { current, next, last } = roots;
  const record = await readRecord(runPaths(next).record).catch(() => null);
  const isWhole = record?.stages.some(({ name, status }) => name === deltaStage.name && status === "done") ?? false;
  if (!isWhole) return;
  if (await exists(current)) {
    await refuseWhileLocked(runPaths(current).lock);
    await rename(current, last);
  }
  await rename(next, current);
  await settleDelta(roots);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
