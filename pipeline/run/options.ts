/** Options of a run, after validation. They stand in the run record; another set of them is another run. */
export interface RunOptions {
  /** Path of the export: a ZIP or a folder. */
  readonly snapshot: string;
  /** DuckDB threads and mapping workers, at least 1. */
  readonly threads: number;
  /** Bytes; DuckDB may hold its part of them (`openDatabase`) before it spills. */
  readonly memoryLimit: number;
  /** Fail where a finding would otherwise only be listed (spec 7). */
  readonly strict: boolean;
  /** Optional parts of the model (`--with memories`). */
  readonly with: readonly string[];
  /** Show values of documents in `report.html`; they are no part of what comes out, and no other run. */
  readonly values?: boolean;
}
