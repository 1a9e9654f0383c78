/**
 * The rows of a table in an order that is the same for every run over a snapshot. Documents stand in the database as they stood in the export.
 * The order of new rows depends on which worker was faster, so they are put in id order: a small table by the query itself, a large one range by
 * range in a database beside, since sorting it whole would take memory that grows with it.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "../db/database.js";
import { identifier, literal } from "../db/quote.js";
import { inRange } from "../parts/idRanges.js";
import { tableRanges } from "../parts/tableRanges.js";
import type { ExportColumn, ExportTable } from "./exportTables.js";

/** A query of the table's rows, given what is selected for each column. */
export type RowsQuery = (expressionOf: (column: ExportColumn) => string) => string;

/** A column under its name in the export. */
export function renamed({ field, name }: ExportColumn): string {
  return `${identifier(field)} AS ${identifier(name)}`;
}

/** The database beside, and the file in the spool that it is. */
const beside = "ordered";

/** Rows of a row group there. */
const rowGroupSize = 8_192;

/**
 * Does some work with a table's rows in order.
 *
 * @param spool folder for what is put in order; it must be there
 */
export async function withRows<T>(
  database: Database,
  spool: string,
  table: ExportTable,
  work: (rows: RowsQuery) => Promise<T>,
): Promise<T> {
  const queryOf =
    (from: string): RowsQuery =>
    (expressionOf) =>
      `SELECT ${table.columns.map(expressionOf).join(", ")} FROM ${from}`;
  if (!table.isProved) return await work(queryOf(table.relation));
  const columns = table.columns.map(({ field, sqlType }) => ({ name: field, sqlType }));
  const ranges = await tableRanges(database, table.relation, columns);
  if (ranges.length === 1) return await work(queryOf(`${table.relation} ORDER BY _id`));
  const file = join(spool, `${beside}.duckdb`);
  const ordered = `${identifier(beside)}.main.rows`;
  const fields = table.columns.map(({ field }) => identifier(field)).join(", ");
  await database.run(`ATTACH ${literal(file)} AS ${identifier(beside)} (ROW_GROUP_SIZE ${rowGroupSize})`);
  try {
    await database.run(`CREATE TABLE ${ordered} AS SELECT ${fields} FROM ${table.relation} LIMIT 0`);
    for (const range of ranges) {
      const rows = `SELECT ${fields} FROM ${table.relation} WHERE ${inRange("_id", range)} ORDER BY _id`;
      await database.run(`INSERT INTO ${ordered} ${rows}`);
    }
    return await work(queryOf(ordered));
  } finally {
    await database.run(`DETACH ${identifier(beside)}`);
    for (const end of ["", ".wal"]) rmSync(`${file}${end}`, { force: true });
  }
}
