import { join } from "node:path";
import type { Database } from "../db/database.js";
import { identifier, literal } from "../db/quote.js";
import { rowWeight } from "../parts/tableRanges.js";
import type { ExportTable } from "./exportTables.js";
import type { ExportFormat } from "./format.js";
import { renamed } from "./tableRows.js";

/** Bytes of a row group before compression, about: what a thread holds until it is written, and what a reader takes at a time. */
const rowGroupBytes = 16 << 20;

/** DuckDB's own number of rows, and the least it hands on at once. */
const [mostRows, leastRows] = [122_880, 2_048];

/** A Parquet file a table, typed and compressed with zstd; objects and arrays are text with the logical type JSON. */
export const parquet: ExportFormat = {
  title: "a Parquet file a table: typed, zstd",
  closed: false,
  write: async ({ database, withRows, tables, folder, progress, signal }) => {
    const written = [];
    for (const table of tables) {
      signal.throwIfAborted();
      const file = `${table.name}.parquet`;
      const how = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${await rowGroupSize(database, table)}, KV_METADATA {${metadata(table)}}`;
      const rows = await withRows(table, (query) =>
        database.count(`COPY (${query(renamed)}) TO ${literal(join(folder, file))} (${how})`),
      );
      progress.advance(rows);
      written.push({ file, rows });
    }
    return written;
  },
};

async function rowGroupSize(database: Database, { relation, columns }: ExportTable): Promise<number> {
  const weight = rowWeight(columns.map(({ field, sqlType }) => ({ name: field, sqlType })));
  const mean = await database.count(`SELECT avg(${weight}) FROM ${relation}`);
  return Math.round(Math.min(mostRows, Math.max(leastRows, rowGroupBytes / mean)));
}

/** Keys and references: Parquet has no place for them but the file's own key-value pairs. */
function metadata({ columns, naturalKey, comment }: ExportTable): string {
  const references = columns.flatMap(({ name, references: to }) => (to === null ? [] : [[name, to]]));
  const pairs = {
    comment,
    primary_key: columns[0]?.name ?? "",
    unique_key: JSON.stringify(naturalKey?.parts.map(({ column }) => column.name) ?? []),
    foreign_keys: JSON.stringify(Object.fromEntries(references)),
  };
  return Object.entries(pairs)
    .map(([key, value]) => `${identifier(key)}: ${literal(value)}`)
    .join(", ");
}
