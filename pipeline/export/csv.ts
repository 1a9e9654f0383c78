import { join } from "node:path";
import { withoutFormulaSql } from "../db/csvText.js";
import { identifier, literal } from "../db/quote.js";
import { concatenated } from "../model/rawColumns.js";
import type { ExportColumn, ExportTable } from "./exportTables.js";
import type { ExportFormat } from "./format.js";
import type { RowsQuery } from "./tableRows.js";

/** A CSV file a table, as RFC 4180 has it: a header, lines that end with CR LF, texts in quotes. An absent value is an empty cell, an empty text `""`. */
export const csv: ExportFormat = {
  title: "a CSV file a table: RFC 4180, formulas made harmless",
  closed: false,
  write: async ({ database, withRows, tables, folder, options, progress, signal }) => {
    const written = [];
    for (const table of tables) {
      signal.throwIfAborted();
      const file = `${table.name}.csv`;
      const lines = await withRows(table, (query) =>
        database.copyLines(csvLines(table, query, options.csvSafe), join(folder, file)),
      );
      progress.advance(lines - 1);
      written.push({ file, rows: lines - 1 });
    }
    return written;
  },
};

/** The lines without their LF; the header comes first. */
function csvLines(table: ExportTable, query: RowsQuery, isSafe: boolean): string {
  const header = table.columns.map(({ name }) => quoted(name)).join(",");
  const cells = table.columns.flatMap(({ name }, at) => [...(at === 0 ? [] : ["','"]), identifier(name)]);
  const rows = query((column) => `${cell(column, isSafe)} AS ${identifier(column.name)}`);
  return `SELECT ${literal(`${header}\r`)} UNION ALL SELECT ${concatenated([...cells, "chr(13)"])} FROM (${rows})`;
}

function cell({ field, sqlType }: ExportColumn, isSafe: boolean): string {
  const column = identifier(field);
  if (sqlType !== "VARCHAR" && sqlType !== "JSON") return `coalesce(CAST(${column} AS VARCHAR), '')`;
  const text = `CAST(${column} AS VARCHAR)`;
  const harmless = isSafe ? withoutFormulaSql(text) : text;
  return `coalesce('"' || replace(${harmless}, '"', '""') || '"', '')`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
