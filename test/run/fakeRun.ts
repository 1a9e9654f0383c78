/** Small stages that stand in for the real ones: they leave tables and files, and can be told to fail or to be killed. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { UnnestError } from "../../pipeline/errors.js";
import type { Model } from "../../pipeline/model/types.js";
import { executeRun, type RunRequest } from "../../pipeline/run/executeRun.js";
import { silentProgress } from "../../pipeline/run/progress.js";
import type { RunResult } from "../../pipeline/run/runStages.js";
import type { Stage, StageContext } from "../../pipeline/stage.js";

const emptyModel: Model = {
  tables: [],
  normalized: [],
  existing: [],
  has: () => false,
  table: (name) => {
    throw new UnnestError("INTERNAL", `no table ${name}`);
  },
};

/** What happens in the middle of the stage of that name, when half of its work is written. */
export type Accident = Readonly<Record<string, (context: StageContext) => void | Promise<void>>>;

const snapshotHash = "5eed";

function fakeStages(accident: Accident = {}): Stage[] {
  const stage = (
    name: string,
    reads: string[],
    writes: string[],
    run: (context: StageContext) => Promise<void>,
  ): Stage => ({
    name,
    title: name,
    reads,
    writes,
    run: async (context) => {
      await run(context);
      return { rows: 3, bytes: 30 };
    },
  });
  const halfway = (name: string, context: StageContext): void | Promise<void> => accident[name]?.(context);
  return [
    stage("load", [], ["raw", "meta.snapshot"], async (context) => {
      await context.database.run(
        "CREATE SCHEMA raw; CREATE SCHEMA IF NOT EXISTS meta; CREATE TABLE raw.users(n INTEGER)",
      );
      await halfway("load", context);
      await context.database.run(
        `INSERT INTO raw.users VALUES (1), (2), (3); CREATE TABLE meta.snapshot AS SELECT '${snapshotHash}' AS sha256`,
      );
    }),
    stage("transform", ["raw"], ["normal"], async (context) => {
      await context.database.run(
        "CREATE SCHEMA normal; CREATE TABLE normal.rows AS SELECT n FROM raw.users WHERE n < 3",
      );
      await halfway("transform", context);
      await context.database.run("INSERT INTO normal.rows SELECT n FROM raw.users WHERE n = 3");
    }),
    stage("check", ["normal"], ["meta.checks"], async (context) => {
      await context.database.run("CREATE TABLE meta.checks AS SELECT count(*) AS rows FROM normal.rows");
      await halfway("check", context);
    }),
    stage("package", ["normal"], ["ledger.jsonl", "package/snapshot.zip"], async (context) => {
      await mkdir(dirname(context.paths.packageZip), { recursive: true });
      await writeFile(context.paths.ledger, "entries\n");
      await halfway("package", context);
      await writeFile(context.paths.packageZip, String(await context.database.count("SELECT sum(n) FROM normal.rows")));
    }),
    {
      ...stage("report", ["meta"], ["report.json"], async (context) => {
        await halfway("report", context);
        await writeFile(context.paths.report, String(await context.database.count("SELECT rows FROM meta.checks")));
      }),
      afterFailedChecks: true,
    },
  ];
}

/** A run of the fake stages on `root`; `seen` collects `stage:status`, with `kept` for those an earlier run has done. */
export async function fakeRun(
  root: string,
  accident: Accident = {},
  changes: Partial<RunRequest> = {},
): Promise<RunResult & { seen: string[] }> {
  const seen: string[] = [];
  const result = await executeRun({
    root,
    options: { snapshot: "/somewhere/export.zip", threads: 1, memoryLimit: 256 * 1024 ** 2, strict: false, with: [] },
    fresh: false,
    stages: fakeStages(accident),
    model: emptyModel,
    progress: silentProgress,
    signal: new AbortController().signal,
    onStage: ({ name, status }, kept) => seen.push(`${name}:${kept ? "kept" : status}`),
    snapshotHash: async () => snapshotHash,
    ...changes,
  });
  return { ...result, seen };
}
