import type { Database } from "../db/database.js";
import { identifier, literal } from "../db/quote.js";
import type { ExportColumn, ExportTable, KeyPart } from "./exportTables.js";

/** Bytes of the longest text in each place of a table's keys and indexes, by `columnAndPath`. */
export type KeyLengths = ReadonlyMap<string, number>;

/** What a database may make of one byte: an escaped one takes three. */
const escapedBytes = 3;

const columnAndPath = ({ column, path }: KeyPart): string => [column.name, ...path].join(".");

export function lengthOf(lengths: KeyLengths, part: KeyPart): number {
  return lengths.get(columnAndPath(part)) ?? 0;
}

/**
 * Measures the texts whose length nothing limits: those of keys and indexes that are no enumerations. One scan of their columns.
 *
 * @param textOf a column's text as the target gets it
 */
export async function keyLengths(
  database: Database,
  table: ExportTable,
  textOf: (column: ExportColumn) => string,
): Promise<KeyLengths> {
  const keys = table.naturalKey === null ? table.indexes : [table.naturalKey, ...table.indexes];
  const parts = new Map(
    keys
      .flatMap((key) => key.parts)
      .filter(({ column, path }) => path.length > 0 || (column.sqlType === "VARCHAR" && column.literals === null))
      .map((part) => [columnAndPath(part), part]),
  );
  if (parts.size === 0) return new Map();
  const longest = [...parts].map(([name, { column, path }]) => {
    const inside = `json_extract_string(${identifier(column.field)}, ${literal(`$.${path.map(identifier).join(".")}`)})`;
    const bytes = path.length === 0 ? `strlen(${textOf(column)})` : `${escapedBytes} * strlen(${inside})`;
    return `max(${bytes}) AS ${identifier(name)}`;
  });
  const [row = {}] = await database.rows(`SELECT ${longest.join(", ")} FROM ${table.relation}`);
  return new Map(Object.entries(row).map(([name, bytes]) => [name, Number(bytes ?? 0)]));
}
