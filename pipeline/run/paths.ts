import { join } from "node:path";

/** Every file of a run directory; nothing else in the pipeline spells one. */
export interface RunPaths {
  readonly root: string;
  readonly database: string;
  /** Files that live only while a stage runs: chunks of the archive, rows on their way into DuckDB, DuckDB's spill. */
  readonly spool: string;
  readonly spill: string;
  readonly ledger: string;
  readonly packageZip: string;
  readonly patches: string;
  readonly report: string;
  readonly lock: string;
}

export function runPaths(root: string): RunPaths {
  return {
    root,
    database: join(root, "work.duckdb"),
    spool: join(root, ".spool"),
    spill: join(root, ".spill"),
    ledger: join(root, "ledger.jsonl"),
    packageZip: join(root, "package", "snapshot.zip"),
    patches: join(root, "package", "patches.jsonl"),
    report: join(root, "report.json"),
    lock: join(root, ".lock"),
  };
}
