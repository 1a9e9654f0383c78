/** Runs the real stages over a small world, in this process, and reads back everything they made. */
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { nameIds } from "../../fixtures/nameIds.js";
import type { World } from "../../fixtures/world.js";
import { writeWorld } from "../../fixtures/writeWorld.js";
import { checkStage } from "../../pipeline/check/checkStage.js";
import { openArchive } from "../../pipeline/convexFormat/archive.js";
import { Database } from "../../pipeline/db/database.js";
import { loadStage } from "../../pipeline/load/loadStage.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { packageStage } from "../../pipeline/package/packageStage.js";
import { runPaths } from "../../pipeline/run/paths.js";
import { silentProgress } from "../../pipeline/run/progress.js";
import type { StageContext } from "../../pipeline/stage.js";
import { transformStage } from "../../pipeline/transform/transformStage.js";

export const testModel = loadModel();

export interface WorldRun {
  readonly world: World;
  readonly context: StageContext;
  readonly database: Database;
  /** Entries of the ledger file, in its order, ids as they are. */
  readonly ledger: readonly LedgerLine[];
  /** Lines of the patches file. */
  readonly patches: readonly string[];
  /** Lines of the package by table, in its order. */
  readonly packaged: ReadonlyMap<string, readonly string[]>;
  /** The bytes of everything that leaves the run: `package/snapshot.zip`, `package/patches.jsonl`, `ledger.jsonl`. */
  readonly bytes: Readonly<Record<"zip" | "patches" | "ledger", Buffer>>;
  /** A text with names in place of the world's ids, and `#1`, `#2` … for those that were minted. */
  named(text: string): string;
  /** Closes the database and removes the folder. */
  close(): Promise<void>;
}

export interface LedgerLine {
  readonly phase: string;
  readonly code: string;
  readonly kind: string;
  readonly table: string;
  readonly documentId: string;
  readonly path: string;
  /** JSON text, numbers as they are spelled in the file. */
  readonly value?: string;
  readonly detail?: string;
}

export interface WorldRunOptions {
  readonly threads?: number;
  readonly strict?: boolean;
  readonly with?: readonly string[];
}

/** Load, transform, check, package. Throws what a stage throws; nothing is left behind then. */
export async function runWorld(world: World, options: WorldRunOptions = {}): Promise<WorldRun> {
  const folder = await mkdtemp(join(tmpdir(), `unnest-${world.name}-`));
  try {
    const context = await openContext(world, folder, options);
    const close = async () => {
      context.database.close();
      await rm(folder, { recursive: true, force: true });
    };
    try {
      for (const stage of [loadStage, transformStage, checkStage, packageStage]) await stage.run(context);
      return {
        world,
        context,
        database: context.database,
        ...(await readOutputs(context)),
        named: (t) => nameIds(t, world),
        close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The context of stages over a world, which is written into the folder; the database is in memory and the caller's to close. */
export async function openContext(world: World, folder: string, options: WorldRunOptions): Promise<StageContext> {
  const { threads = 2, strict = false } = options;
  const snapshot = join(folder, "export");
  await writeWorld(world, snapshot);
  const paths = runPaths(join(folder, "run"));
  for (const directory of [paths.root, paths.spool, paths.spill]) await mkdir(directory, { recursive: true });
  const memoryLimit = 1 << 29;
  const database = await Database.open(":memory:", { threads, memoryLimit, spillDirectory: paths.spill });
  return {
    paths,
    options: { snapshot, threads, memoryLimit, strict, with: options.with ?? ["memories"] },
    model: testModel,
    database,
    progress: silentProgress,
    signal: new AbortController().signal,
  };
}

async function readOutputs({
  paths,
}: StageContext): Promise<Pick<WorldRun, "ledger" | "patches" | "packaged" | "bytes">> {
  const [zip, patches, ledger] = await Promise.all(
    [paths.packageZip, paths.patches, paths.ledger].map((path) => readFile(path)),
  );
  if (zip === undefined || patches === undefined || ledger === undefined) throw new Error("a file is missing");
  return {
    bytes: { zip, patches, ledger },
    patches: lines(patches),
    ledger: lines(ledger).map(ledgerLine),
    packaged: await readPackage(paths.packageZip),
  };
}

function lines(file: Buffer): string[] {
  return file.toString().split("\n").slice(0, -1);
}

/** `value` keeps its spelling, since `1` and `1.0` are two values. */
function ledgerLine(line: string): LedgerLine {
  const entry = JSON.parse(line) as LedgerLine;
  const start = line.indexOf('"value":');
  if (start < 0 || !("value" in entry)) return entry;
  const end = entry.detail === undefined ? line.length - 1 : line.lastIndexOf(',"detail":');
  return { ...entry, value: line.slice(start + '"value":'.length, end) };
}

async function readPackage(path: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const archive = await openArchive(path);
  const tables = new Map<string, readonly string[]>();
  for (const table of archive.tables)
    tables.set(table.rawName, (await text(await table.open())).split("\n").slice(0, -1));
  await archive.close();
  return tables;
}
