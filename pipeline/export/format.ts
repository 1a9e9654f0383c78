/** What a format has to do. The list of them is `formats.ts`. */
import type { Database } from "../db/database.js";
import type { Progress } from "../run/progress.js";
import type { ExportTable } from "./exportTables.js";
import type { RowsQuery } from "./tableRows.js";

export interface ExportContext {
  /** The run's, read-only. */
  readonly database: Database;
  /** Gives a table's rows in their order to some work. */
  readonly withRows: <T>(table: ExportTable, work: (rows: RowsQuery) => Promise<T>) => Promise<T>;
  /** In foreign-key order. */
  readonly tables: readonly ExportTable[];
  /** Folder that the files go to; it is empty, and nobody looks at it before they are complete. */
  readonly folder: string;
  readonly options: FormatOptions;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface FormatOptions {
  /** CSV: cells that a spreadsheet would take for a formula get an apostrophe in front. */
  readonly csvSafe: boolean;
}

/** What a format has made of a table. */
export interface WrittenTable {
  /** Path within the folder. */
  readonly file: string;
  readonly rows: number;
  /** By column: values that the format cannot hold as they are, and that stand there in another spelling. */
  readonly escaped?: Readonly<Record<string, number>>;
}

export interface ExportFormat {
  /** One line for the help. */
  readonly title: string;
  /** Declares foreign keys: what a table refers to has to be there. */
  readonly closed: boolean;
  /** In the order of the tables. */
  write(context: ExportContext): Promise<readonly WrittenTable[]>;
}
