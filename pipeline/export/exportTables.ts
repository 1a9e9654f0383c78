/**
 * What an export consists of: the normalized tables, and the application's own tables that they refer to, so that every foreign key has
 * something to point at. All of it follows from the model.
 *
 * The new tables promise what the checks have proved: NOT NULL, keys, references, enumerations. The application's documents promise
 * nothing but an `_id`: some do not fit their schema, others point at documents that are long deleted.
 */
import { qualified } from "../db/quote.js";
import { type DictionaryColumn, type DictionaryTable, dictionary } from "../model/dictionary.js";
import { isFloatArray } from "../model/isFloatArray.js";
import type { ColumnModel, Model, SqlType, TableModel } from "../model/types.js";
import { type Naming, spelled } from "./naming.js";

export interface ExportColumn {
  /** In `work.duckdb`. */
  readonly field: string;
  /** In the export. */
  readonly name: string;
  readonly sqlType: SqlType;
  /** Every row has a value. */
  readonly required: boolean;
  /** Exported table whose row of this `_id` is there for every value. */
  readonly references: string | null;
  /** The only texts there are. */
  readonly literals: readonly string[] | null;
  readonly comment: string | null;
}

/** One place of a key or an index: a column, or a field inside its object. */
export interface KeyPart {
  readonly column: ExportColumn;
  /** Fields that lead from the column to the value; none for the column itself. */
  readonly path: readonly string[];
}

export interface ExportKey {
  readonly name: string;
  readonly parts: readonly KeyPart[];
}

export interface ExportTable {
  /** In the model. */
  readonly source: string;
  /** In the export. */
  readonly name: string;
  /** Qualified and quoted. */
  readonly relation: string;
  /** A new table: what its schema says, the checks have proved. */
  readonly isProved: boolean;
  /** The first is the primary key. */
  readonly columns: readonly ExportColumn[];
  /** Unique; null where the table has none. */
  readonly naturalKey: ExportKey | null;
  readonly indexes: readonly ExportKey[];
  /** Columns that point at rows of this table. */
  readonly selfReferences: readonly string[];
  readonly comment: string;
  /** Fields of the model that the export has no column for, by their names there. */
  readonly leftOut: readonly string[];
}

export interface ExportChoice {
  readonly naming: Naming;
  /** Optional parts of the model that the run has filled. */
  readonly with: readonly string[];
  /** Names in the model; null for the normalized tables and all they refer to. */
  readonly only: readonly string[] | null;
  /** Adds what the chosen tables refer to. */
  readonly closed: boolean;
}

const systemColumns = [
  { field: "_id", sqlType: "VARCHAR", comment: "The document's id in Convex." },
  { field: "_creationTime", sqlType: "DOUBLE", comment: "Milliseconds since 1970." },
] as const;

const systemFacts = { required: true, references: null, literals: null } as const;

/** Names that `only` may hold. */
export function exportableTables(model: Model, options: readonly string[]): readonly TableModel[] {
  return [...model.existing, ...model.normalized].filter(({ option }) => option === null || options.includes(option));
}

/** The tables of an export in foreign-key order: each stands behind those it references. */
export function exportTables(model: Model, choice: ExportChoice): readonly ExportTable[] {
  const possible = exportableTables(model, choice.with);
  const chosen = new Set(choice.only ?? possible.filter(({ role }) => role === "normalized").map(({ name }) => name));
  if (choice.only === null || choice.closed) {
    // From the last to the first: what a table refers to stands before it.
    for (const table of possible.toReversed()) {
      if (!chosen.has(table.name)) continue;
      for (const name of enforcedReferences(table)) if (model.has(name)) chosen.add(name);
    }
  }
  const described = new Map(dictionary(model).map((table) => [table.name, table]));
  return possible.flatMap((table) => {
    const entry = described.get(table.name);
    return entry === undefined || !chosen.has(table.name) ? [] : exportTable(table, entry, chosen, choice.naming);
  });
}

/** References that the checks have proved. */
function enforcedReferences(table: TableModel): readonly string[] {
  return table.role === "normalized" ? table.columns.flatMap(({ references }) => references ?? []) : [];
}

function exportTable(
  table: TableModel,
  described: DictionaryTable,
  exported: ReadonlySet<string>,
  naming: Naming,
): ExportTable {
  const isProved = table.role === "normalized";
  const name = spelled(table.name, naming);
  const commentOf = (column: DictionaryColumn | undefined) =>
    column === undefined ? null : columnComment(column, isProved);
  const isLeftOut = (column: ColumnModel): boolean => table.moved.includes(column.name) || isFloatArray(column);
  const columns = [
    ...systemColumns.map((column) => ({ ...column, ...systemFacts, name: spelled(column.field, naming) })),
    ...table.columns
      .filter((column) => !isLeftOut(column))
      .map((column) => ({
        ...exportColumn(column, isProved, exported, naming),
        comment: commentOf(described.columns.find(({ name: field }) => field === column.name)),
      })),
  ];
  const keyOf = (key: string, fields: readonly string[]): readonly ExportKey[] => {
    const parts = fields.flatMap((field) => keyPart(columns, field));
    return parts.length === 0 || parts.length < fields.length ? [] : [{ name: `${name}_${key}`, parts }];
  };
  const [naturalKey = null] = keyOf("key", table.naturalKey);
  return {
    source: table.name,
    name,
    isProved,
    relation: qualified(isProved ? "normal" : "raw", table.name),
    columns,
    naturalKey,
    indexes: table.indexes.flatMap((index) => keyOf(index.name, index.fields)),
    selfReferences: isProved ? table.selfReferences.map((field) => spelled(field, naming)) : [],
    comment: tableComment(described),
    leftOut: table.columns.filter(isLeftOut).map((column) => column.name),
  };
}

function exportColumn(
  column: ColumnModel,
  isProved: boolean,
  exported: ReadonlySet<string>,
  naming: Naming,
): Omit<ExportColumn, "comment"> {
  const { references, sqlType, literals } = column;
  const isEnforced = isProved && references !== undefined && exported.has(references);
  return {
    field: column.name,
    name: spelled(column.name, naming),
    sqlType,
    required: isProved && column.required,
    references: isEnforced ? spelled(references, naming) : null,
    literals: isProved && sqlType === "VARCHAR" ? (literals ?? null) : null,
  };
}

/** A field as schemas name it in indexes, `metadata.category`; none where the export has no such column. */
function keyPart(columns: readonly ExportColumn[], field: string): readonly KeyPart[] {
  const [first, ...path] = field.split(".");
  const column = columns.find((one) => one.field === first);
  return column === undefined ? [] : [{ column, path }];
}

function tableComment({ phase, filledBy }: DictionaryTable): string {
  if (phase === null) return "Documents of the application as they are, those that do not fit its schema too.";
  return `Filled by ${phase}: ${filledBy.map(({ kind, name }) => `${kind} ${name}`).join(", ")}.`;
}

function columnComment(column: DictionaryColumn, isProved: boolean): string | null {
  const { convexType, sqlType, references, isBirth, isApplicationOwned } = column;
  const said = [
    ...(references === "_storage" ? ["Id of a stored file; files are not part of the export."] : []),
    ...(references !== null && references !== "_storage" && !isProved
      ? [`Id in ${references}, which need not exist any more.`]
      : []),
    ...(sqlType === "JSON"
      ? [`${convexType}, in Convex's "uniform" encoding: a Float64 has a fraction, an Int64 none.`]
      : []),
    ...(isBirth ? ["Written when the row is born, and left alone from then on."] : []),
    ...(isApplicationOwned ? ["The application's own once the row exists."] : []),
  ];
  return said.length === 0 ? null : said.join(" ");
}
