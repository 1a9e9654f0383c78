/** What the rooms ask the table descriptions. */
import type { GenericValidator } from "convex/values";
import type { MovedField, TableDescription } from "./schema/describeTable.js";
import { existingTables, normalizedTables } from "./schema/tables.js";

const descriptions: Readonly<Record<string, TableDescription>> = normalizedTables;
const existing: Readonly<Record<string, TableDescription>> = existingTables;

/** @throws TypeError for a table that is not normalized: a transform names one that the schema does not have. */
export function descriptionOf(table: string): TableDescription {
  const description = descriptions[table];
  if (description === undefined) throw new TypeError(`${table} is no normalized table`);
  return description;
}

export function isNormalized(table: string): boolean {
  return Object.hasOwn(descriptions, table);
}

/** What a read of a table finds; `nothing` where the table is an optional one that the application did not mount. */
export async function readMounted<Found>(table: string, nothing: Found, read: () => Promise<Found>): Promise<Found> {
  if (descriptions[table]?.option === undefined) return await read();
  try {
    return await read();
  } catch {
    return nothing;
  }
}

export function naturalKeyOf(table: string): readonly string[] {
  return descriptionOf(table).naturalKey ?? [];
}

/** @throws TypeError for a field that no phase moves */
export function movedField(table: string, field: string): MovedField {
  const found = existing[table]?.moved?.[field];
  if (found === undefined) throw new TypeError(`${table}.${field} is no moved field`);
  return found;
}

/** Columns that a sync neither compares nor changes: written at birth, or the application's own (spec 4). */
export function ownColumns(table: string): ReadonlySet<string> {
  const { birth = [], applicationOwned = [] } = descriptionOf(table);
  return new Set([...birth, ...applicationOwned]);
}

/** The shortest index of a normalized table that begins with this column. */
export function indexLedBy(table: string, column: string): string {
  const index = shortestLedBy(descriptionOf(table).indexes, column);
  if (index === null) throw new TypeError(`no index of ${table} begins with ${column}`);
  return index;
}

/** The same of one of the application's tables, indexes that the migration adds included; null when there is none. */
export function existingIndexLedBy(table: string, field: string): string | null {
  const { indexes, addedIndexes } = existing[table] ?? {};
  return shortestLedBy({ ...indexes, ...addedIndexes }, field);
}

function shortestLedBy(indexes: TableDescription["indexes"] = {}, field: string): string | null {
  const led = Object.entries(indexes).filter(([, [first]]) => first === field);
  const [shortest] = led.sort(([, left], [, right]) => left.length - right.length);
  return shortest?.[0] ?? null;
}

/** The index that finds rows by their natural key, with the columns of it in their order: the one that covers most. */
export function indexOfKey(table: string): { readonly index: string; readonly columns: readonly string[] } {
  const key = naturalKeyOf(table);
  const covering = Object.entries(descriptionOf(table).indexes ?? {})
    .filter(([, columns]) => columns.every((column) => key.includes(column)))
    .sort(([, left], [, right]) => right.length - left.length);
  const [best] = covering;
  if (best === undefined) throw new TypeError(`no index of ${table} finds its natural key`);
  return { index: best[0], columns: best[1] };
}

/** Columns of a table that hold ids of another one. */
export function columnsReferring(table: string, target: string): readonly string[] {
  return Object.entries(descriptionOf(table).fields)
    .filter(([, validator]) => refersTo(validator as GenericValidator, target))
    .map(([column]) => column);
}

/** Where rows refer to documents of a table: a column, and an index that it leads. */
export interface ReferringColumn {
  readonly table: string;
  readonly column: string;
  readonly index: string;
}

/** All columns of normalized tables that hold ids of this one, its own included. */
export function columnsReferringTo(target: string): readonly ReferringColumn[] {
  return Object.keys(descriptions).flatMap((table) =>
    columnsReferring(table, target).map((column) => ({ table, column, index: indexLedBy(table, column) })),
  );
}

/** Is this the validator of an id of that table, optional or not? */
export function refersTo(validator: GenericValidator, target: string): boolean {
  return validator.kind === "id" && validator.tableName === target;
}
