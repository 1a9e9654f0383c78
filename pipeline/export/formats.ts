import { arrow } from "./arrow.js";
import { csv } from "./csv.js";
import { duckdb } from "./duckdbFile.js";
import type { ExportFormat } from "./format.js";
import { parquet } from "./parquet.js";
import { postgres } from "./postgres/postgres.js";

/** The formats by the names that `--format` takes. */
export const formats = { parquet, arrow, csv, duckdb, postgres } as const satisfies Readonly<
  Record<string, ExportFormat>
>;

export type FormatName = keyof typeof formats;
