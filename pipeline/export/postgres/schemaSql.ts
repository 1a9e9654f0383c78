import { identifier } from "../../db/quote.js";
import type { ExportKey, ExportTable } from "../exportTables.js";
import type { KeyLengths } from "../keyLengths.js";
import { createIndex, createTable, type Dialect } from "../relational.js";

const dialect: Dialect = {
  types: { VARCHAR: "text", DOUBLE: "double precision", BIGINT: "bigint", BOOLEAN: "boolean", JSON: "jsonb" },
  // An entry of a b-tree has 2,704 bytes at most.
  keyBytes: 2_600,
  uniqueIndex: (table, name, places) => {
    const expressions = places.map(({ expression }) => expression).join(", ");
    return `CREATE UNIQUE INDEX ${identifier(name)} ON ${identifier(table)} (${expressions}) NULLS NOT DISTINCT`;
  },
};

/** The tables with their keys, checks, comments and indexes, in foreign-key order; plain SQL that any client runs. */
export function schemaSql(tables: readonly ExportTable[], lengths: ReadonlyMap<ExportTable, KeyLengths>): string {
  return [header, ...tables.map((table) => tableSql(table, lengths.get(table) ?? new Map()))].join("\n");
}

function tableSql(table: ExportTable, lengths: KeyLengths): string {
  const isKey = (index: ExportKey): boolean => columnsOf(index) === columnsOf(table.naturalKey);
  const notes = table.indexes
    .filter(isKey)
    .map(({ name }) => `-- ${name}: the unique key ${table.naturalKey?.name ?? ""} has the same columns.\n`);
  const statements = [
    ...createTable(table, lengths, dialect),
    ...table.indexes.filter((index) => !isKey(index)).map((index) => createIndex(table, index, lengths, dialect)),
  ];
  return [...statements.map((statement) => `${statement};\n`), ...notes].join("");
}

function columnsOf(key: ExportKey | null): string {
  return (key?.parts ?? []).map(({ column, path }) => [column.name, ...path].join(".")).join(", ");
}

const header = `-- Written by unnest, for PostgreSQL 15 or newer.
-- Numbers are Float64, as in Convex; times are milliseconds since 1970. Every constraint holds while the data comes in.
`;
