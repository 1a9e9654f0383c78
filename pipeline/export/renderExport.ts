import type { Paint } from "../terminal/paint.js";
import { printable, printableWithin } from "../terminal/printable.js";
import { formatBytes, formatCount } from "../terminal/quantities.js";
import { renderTable } from "../terminal/table.js";
import type { Manifest } from "./manifest.js";

const right = "right" as const;

/** What an export holds, where it lies, and what to do with it. Pure. */
export function renderExport({ format, tables, files }: Manifest, folder: string, paint: Paint): string {
  const bytes = new Map(files.map((file) => [file.path, file.bytes]));
  // Of a file that holds many tables the size says nothing about one.
  const isShared = (file: string): boolean => tables.filter((table) => table.file === file).length > 1;
  const table = renderTable(
    [{ head: "table" }, { head: "rows", align: right }, { head: "file" }, { head: "size", align: right }],
    tables.map(({ name, rows, file }) => [
      printableWithin(name, 40),
      formatCount(rows),
      printableWithin(file, 48),
      isShared(file) ? "" : formatBytes(bytes.get(file) ?? 0),
    ]),
    paint,
  );
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  const escaped = tables.flatMap(({ name, escaped: columns }) =>
    Object.entries(columns).map(([column, count]) => `  ${name}.${column}: ${formatCount(count)} values`),
  );
  return [
    table,
    ...(escaped.length === 0 ? [] : ["", "Written in another spelling, since PostgreSQL holds no U+0000:", ...escaped]),
    "",
    `${formatBytes(total)} in ${printable(folder)}`,
    ...(format === "postgres" ? [`Load it: ${printable(folder)}/load.sh --dbname <database>`] : []),
    "",
  ].join("\n");
}
