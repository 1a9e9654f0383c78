import { join } from "node:path";

/** The files of a run directory that last, by their path in it; nothing else in the pipeline spells one. */
export const fileNames = {
  database: "work.duckdb",
  ledger: "ledger.jsonl",
  packageZip: "package/snapshot.zip",
  patches: "package/patches.jsonl",
  report: "report.json",
  reportPage: "report.html",
  /** What `import` sends: a line a batch. */
  batches: "batches.tsv",
  /** What `import` forecast, and what became of it. */
  importReport: "import.json",
  /** What `delta` found, in the run directory of the later snapshot. */
  delta: "delta.json",
  /** What has been done, with which snapshot and options: `record.ts`. */
  record: "run.json",
} as const;

/** Every path of a run directory. */
export interface RunPaths extends Readonly<Record<keyof typeof fileNames, string>> {
  readonly root: string;
  /** Where exports go, a folder a format, unless they are told where. */
  readonly exports: string;
  /** Files that live only while a stage runs: chunks of the archive, rows on their way into DuckDB, DuckDB's spill. */
  readonly spool: string;
  readonly spill: string;
  readonly lock: string;
  /** The run directory that `delta` keeps in this one; where the next one is made; the one that it has just replaced. */
  readonly deltaRun: string;
  readonly nextDelta: string;
  readonly lastDelta: string;
  /** How far walks through a deployment are, and what an abort has saved: it outlives the run, so nothing here empties it. */
  readonly phases: string;
}

export function runPaths(root: string): RunPaths {
  return {
    root,
    database: join(root, fileNames.database),
    ledger: join(root, fileNames.ledger),
    packageZip: join(root, fileNames.packageZip),
    patches: join(root, fileNames.patches),
    report: join(root, fileNames.report),
    reportPage: join(root, fileNames.reportPage),
    batches: join(root, fileNames.batches),
    importReport: join(root, fileNames.importReport),
    delta: join(root, fileNames.delta),
    record: join(root, fileNames.record),
    exports: join(root, "export"),
    spool: join(root, ".spool"),
    spill: join(root, ".spill"),
    lock: join(root, ".lock"),
    deltaRun: join(root, "delta"),
    nextDelta: join(root, "delta.next"),
    lastDelta: join(root, "delta.last"),
    phases: join(root, "phases"),
  };
}

/**
 * The files a stage may name in `writes`, by their path in the run directory. Every other entry of `writes` is a
 * schema of `work.duckdb`, or a table in one (`meta.checks`).
 */
export function outputFiles(paths: RunPaths): ReadonlyMap<string, string> {
  const outputs = ["ledger", "packageZip", "patches", "report", "reportPage", "delta"] as const;
  return new Map(outputs.map((output) => [fileNames[output], paths[output]]));
}
