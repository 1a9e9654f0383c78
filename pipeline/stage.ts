/** What a stage is. The ordered list of them is `stages.ts`; command help, progress, run record and README come from it. */
import type { Database } from "./db/database.js";
import type { Model } from "./model/types.js";
import type { RunOptions } from "./run/options.js";
import type { RunPaths } from "./run/paths.js";
import type { Progress } from "./run/progress.js";

export interface StageContext {
  readonly paths: RunPaths;
  readonly options: RunOptions;
  readonly model: Model;
  /** The run's `work.duckdb`, open for writing. */
  readonly database: Database;
  readonly progress: Progress;
  /** Aborted by Ctrl-C; a stage checks it between chunks and throws INTERRUPTED. */
  readonly signal: AbortSignal;
}

/** What a stage did. Everything it says is counted, never estimated. */
export interface StageOutcome {
  readonly rows: number;
  readonly bytes: number;
}

export interface Stage {
  readonly name: string;
  /** One line for help and README: what it does. */
  readonly title: string;
  /**
   * What it reads and what it writes: schemas of `work.duckdb` (`raw`), tables in one (`meta.checks`), files of the run directory
   * (`package/snapshot.zip`). The written ones are dropped before it starts, and when it fails; CHECKS_FAILED keeps them.
   */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Runs although a stage before it ended with CHECKS_FAILED: it tells what they found. After any other failure no stage runs. */
  readonly afterFailedChecks?: true;
  run(context: StageContext): Promise<StageOutcome>;
}
