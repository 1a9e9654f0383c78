/** Runs the load stage over a small export, for tests. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { Database } from "../../pipeline/db/database.js";
import { loadStage } from "../../pipeline/load/loadStage.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import type { RunOptions } from "../../pipeline/run/options.js";
import { runPaths } from "../../pipeline/run/paths.js";
import { silentProgress } from "../../pipeline/run/progress.js";
import type { StageContext } from "../../pipeline/stage.js";

export const model = loadModel();

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "unnest-load-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files by their paths into a new folder. */
export async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** Opens an empty run directory for a snapshot, without loading it. */
export async function runOver(
  snapshot: string,
  options: Partial<RunOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<StageContext> {
  const paths = runPaths(await temporaryFolder());
  const limits = { threads: 2, memoryLimit: 2 ** 29 };
  const database = await Database.open(paths.database, { ...limits, spillDirectory: paths.spill });
  onTestFinished(() => database.close());
  return {
    paths,
    database,
    model,
    progress: silentProgress,
    signal,
    options: { snapshot, ...limits, strict: false, with: [], ...options },
  };
}

/** The database after the load stage. */
export async function load(snapshot: string, options: Partial<RunOptions> = {}): Promise<Database> {
  const context = await runOver(snapshot, options);
  await loadStage.run(context);
  return context.database;
}
