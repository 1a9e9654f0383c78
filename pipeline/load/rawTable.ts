/** The tables of schema `raw`. */
import type { ArchiveTable } from "../convexFormat/archive.js";
import type { Database } from "../db/database.js";
import { identifier, qualified } from "../db/quote.js";
import type { Model, TableModel } from "../model/types.js";
import { type RawColumn, rawColumns } from "./columns.js";

export interface RawTable {
  /** Its name in schema `raw`. */
  readonly name: string;
  /** Qualified and quoted. */
  readonly sql: string;
  readonly model: TableModel | null;
  readonly columns: readonly RawColumn[];
  /** Null for a table of the model, or `_storage`, that the archive does not hold. */
  readonly archive: ArchiveTable | null;
}

/**
 * All raw tables: those of the archive, in its order, then the empty ones of the model and `_storage`. DuckDB does not tell names apart by case, Convex does:
 * a name that is taken gets `~2`, `~3` …, which no table name contains; names of the model stay as they are.
 */
export function planRawTables(tables: readonly ArchiveTable[], model: Model): readonly RawTable[] {
  const taken = new Set([sharedTable, ...model.tables.map(({ name }) => name.toLowerCase())]);
  const planned: RawTable[] = [];
  for (const archive of tables) {
    const known = archive.component === "" && model.has(archive.name) ? model.table(archive.name) : null;
    planned.push(rawTable(known === null ? freeName(archive.rawName, taken) : known.name, known, archive));
  }
  const held = new Set(planned.map(({ name }) => name));
  const absent = model.tables.filter(({ name }) => !held.has(name));
  // Files are part of every deployment, listed or not: rules ask for them by name.
  const files = held.has("_storage") ? [] : [rawTable("_storage", null, null)];
  return [...planned, ...absent.map((table) => rawTable(table.name, table, null)), ...files];
}

function rawTable(name: string, model: TableModel | null, archive: ArchiveTable | null): RawTable {
  return { name, sql: qualified("raw", name), model, columns: rawColumns(model), archive };
}

function freeName(rawName: string, taken: Set<string>): string {
  let name = rawName;
  for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${rawName}~${i}`;
  taken.add(name.toLowerCase());
  return name;
}

/** Holds the documents of all small tables without a model: `smallTables.ts`. */
export const sharedTable = "_shared";

const maxSmallBytes = 1 << 20;

/** Whether a table is cheaper as a part of the shared one. Rules ask for the files by name, and for model tables by their columns. */
export function isSmall({ name, model, archive }: RawTable): boolean {
  return model === null && archive !== null && archive.bytes <= maxSmallBytes && name !== "_storage";
}

/** An array of floats is stored as its JSON text, without the cast to JSON that would parse all of it once more. */
export function storedType({ sqlType, isFloatArray }: RawColumn): string {
  return isFloatArray ? "VARCHAR" : sqlType;
}

export async function createRawTable(database: Database, table: RawTable): Promise<void> {
  const columns = table.columns.map((column) => `${identifier(column.name)} ${storedType(column)}`);
  await database.run(`CREATE TABLE ${table.sql} (_line UBIGINT, ${columns.join(", ")}, _extra JSON, _fault VARCHAR)`);
}
