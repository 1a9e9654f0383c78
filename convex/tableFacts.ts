/** What the sync engine asks the table descriptions. */
import type { GenericValidator } from "convex/values";
import type { TableDescription } from "./schema/describeTable.js";
import { existingTables, normalizedTables } from "./schema/tables.js";

const descriptions: Readonly<Record<string, TableDescription>> = normalizedTables;

/** @throws TypeError for a table that is not normalized: a transform names one that the schema does not have. */
export function descriptionOf(table: string): TableDescription {
  const description = descriptions[table];
  if (description === undefined) throw new TypeError(`${table} is no normalized table`);
  return description;
}

export function isNormalized(table: string): boolean {
  return Object.hasOwn(descriptions, table);
}

export function naturalKeyOf(table: string): readonly string[] {
  return descriptionOf(table).naturalKey ?? [];
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
  const { indexes, addedIndexes } = (existingTables as Readonly<Record<string, TableDescription>>)[table] ?? {};
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

function refersTo(validator: GenericValidator, target: string): boolean {
  return validator.kind === "id" && validator.tableName === target;
}
