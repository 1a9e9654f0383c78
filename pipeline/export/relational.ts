/** The tables as DDL, for databases that hold keys and references: what they share, and by which facts they differ. */
import { identifier, literal } from "../db/quote.js";
import type { SqlType } from "../model/types.js";
import type { ExportColumn, ExportKey, ExportTable, KeyPart } from "./exportTables.js";
import { type KeyLengths, lengthOf } from "./keyLengths.js";

export interface Dialect {
  readonly types: Readonly<Record<SqlType, string>>;
  /** Bytes an entry of an index may have. */
  readonly keyBytes: number;
  /** `CREATE UNIQUE INDEX` to which two absent values are equal. */
  readonly uniqueIndex: (table: string, name: string, places: readonly IndexPlace[]) => string;
}

export interface IndexPlace {
  readonly expression: string;
  readonly optional: boolean;
}

/** `CREATE TABLE` with every constraint that can stand in it; what cannot follows in statements of its own. */
export function createTable(table: ExportTable, lengths: KeyLengths, dialect: Dialect): readonly string[] {
  const [primary] = table.columns;
  const key = table.naturalKey;
  const places = key === null ? [] : indexPlaces(key, lengths, dialect);
  const isConstraint = key?.parts.every(
    ({ column }, at) => column.required && places[at]?.expression === identifier(column.name),
  );
  const unique = `UNIQUE (${places.map(({ expression }) => expression).join(", ")})`;
  const lines = [
    ...table.columns.map((column) => columnLine(column, column === primary, dialect)),
    ...(key !== null && isConstraint ? [`CONSTRAINT ${identifier(key.name)} ${unique}`] : []),
    ...table.columns.flatMap((column) => enumeration(table, column)),
    ...table.columns.flatMap((column) => foreignKey(table, column, primary)),
  ];
  return [
    `CREATE TABLE ${identifier(table.name)} (\n  ${lines.join(",\n  ")}\n)`,
    ...comments(table),
    ...(key === null || isConstraint ? [] : [dialect.uniqueIndex(table.name, key.name, places)]),
  ];
}

function columnLine({ name, sqlType, required }: ExportColumn, isPrimary: boolean, { types }: Dialect): string {
  return `${identifier(name)} ${types[sqlType]}${isPrimary ? " PRIMARY KEY" : required ? " NOT NULL" : ""}`;
}

function enumeration(table: ExportTable, { name, literals }: ExportColumn): readonly string[] {
  if (literals === null) return [];
  const constraint = identifier(`${table.name}_${name}_check`);
  return [`CONSTRAINT ${constraint} CHECK (${identifier(name)} IN (${literals.map(literal).join(", ")}))`];
}

function foreignKey(
  table: ExportTable,
  { name, references }: ExportColumn,
  primary: ExportColumn | undefined,
): readonly string[] {
  if (references === null || primary === undefined) return [];
  const constraint = identifier(`${table.name}_${name}_fkey`);
  const target = `${identifier(references)} (${identifier(primary.name)})`;
  return [`CONSTRAINT ${constraint} FOREIGN KEY (${identifier(name)}) REFERENCES ${target}`];
}

function comments(table: ExportTable): readonly string[] {
  const name = identifier(table.name);
  const columns = table.columns.flatMap((column) =>
    column.comment === null
      ? []
      : [`COMMENT ON COLUMN ${name}.${identifier(column.name)} IS ${literal(column.comment)}`],
  );
  return [`COMMENT ON TABLE ${name} IS ${literal(table.comment)}`, ...columns];
}

/** Bytes an index keeps beside each value. */
const entryBytes = 16;

/**
 * The places of an index. Where the longest values together would pass what an entry may have, which only the data can tell, long texts go in
 * by their md5.
 */
function indexPlaces({ parts }: ExportKey, lengths: KeyLengths, { keyBytes }: Dialect): readonly IndexPlace[] {
  const bytes = parts.map((part) => lengthOf(lengths, part) + entryBytes);
  const fits = bytes.reduce((sum, one) => sum + one, 0) <= keyBytes;
  return parts.map((part, at) => {
    const isShort = fits || (bytes[at] ?? 0) <= keyBytes / parts.length;
    const value = valueIn(part);
    return { expression: isShort ? value : `md5(${value})`, optional: !part.column.required };
  });
}

function valueIn({ column, path }: KeyPart): string {
  const steps = path.map((field, at) => `${at === path.length - 1 ? "->>" : "->"} ${literal(field)}`);
  return steps.length === 0 ? identifier(column.name) : `(${identifier(column.name)} ${steps.join(" ")})`;
}

/** `CREATE INDEX` for one of the table's indexes. */
export function createIndex(table: ExportTable, index: ExportKey, lengths: KeyLengths, dialect: Dialect): string {
  const places = indexPlaces(index, lengths, dialect).map(({ expression }) => expression);
  return `CREATE INDEX ${identifier(index.name)} ON ${identifier(table.name)} (${places.join(", ")})`;
}
