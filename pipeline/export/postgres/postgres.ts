import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "../../db/database.js";
import { identifier } from "../../db/quote.js";
import { concatenated } from "../../model/rawColumns.js";
import type { ExportTable } from "../exportTables.js";
import type { ExportFormat, WrittenTable } from "../format.js";
import { type KeyLengths, keyLengths } from "../keyLengths.js";
import type { RowsQuery } from "../tableRows.js";
import { loadScript, loadSql } from "./loadFiles.js";
import { schemaSql } from "./schemaSql.js";
import { copyField, heldText, isEscaped } from "./textForm.js";

/** `schema.sql`, a `COPY` file a table, and `load.sh` that brings all of it into a database, or nothing. */
export const postgres: ExportFormat = {
  title: "schema.sql, COPY files and load.sh for PostgreSQL 15 or newer",
  closed: true,
  write: async ({ database, withRows, tables, folder, progress, signal }) => {
    await mkdir(join(folder, "data"), { mode: 0o700 });
    const lengths = new Map<ExportTable, KeyLengths>();
    const written: WrittenTable[] = [];
    for (const table of tables) {
      signal.throwIfAborted();
      const file = `data/${table.name}.copy`;
      const rows = await withRows(table, (query) => database.copyLines(copyLines(table, query), join(folder, file)));
      progress.advance(rows);
      written.push({ file, rows, escaped: await countEscaped(database, table) });
      lengths.set(table, await keyLengths(database, table, heldText));
    }
    const own = { encoding: "utf8", mode: 0o600 } as const;
    await writeFile(join(folder, "schema.sql"), schemaSql(tables, lengths), own);
    await writeFile(join(folder, "load.sql"), loadSql(tables, written), own);
    await writeFile(join(folder, "load.sh"), loadScript, { ...own, mode: 0o700 });
    return written;
  },
};

function copyLines(table: ExportTable, query: RowsQuery): string {
  const fields = table.columns.flatMap(({ name }, at) => [...(at === 0 ? [] : ["chr(9)"]), identifier(name)]);
  return `SELECT ${concatenated(fields)} FROM (${query((column) => `${copyField(column)} AS ${identifier(column.name)}`)})`;
}

/** How many values stand there in another spelling, by column; only those that have some. */
async function countEscaped(database: Database, table: ExportTable): Promise<Record<string, number>> {
  const counts = table.columns.map(
    (column) => `count(*) FILTER (WHERE ${isEscaped(column)}) AS ${identifier(column.name)}`,
  );
  const [row = {}] = await database.rows(`SELECT ${counts.join(", ")} FROM ${table.relation}`);
  return Object.fromEntries(
    Object.entries(row)
      .map(([name, count]): [string, number] => [name, Number(count)])
      .filter(([, count]) => count > 0),
  );
}
