/** What refers to a document, and what becomes of it when that document goes; derived from the tables' descriptions. */
import type { GenericValidator } from "convex/values";
import type { TableDescription } from "../schema/describeTable.js";
import { existingTables, normalizedTables } from "../schema/tables.js";
import { existingIndexLedBy, indexLedBy, isNormalized, refersTo } from "../tableFacts.js";

export interface Reference {
  /** The table whose documents refer, by `field`, which leads `index`. */
  readonly table: string;
  readonly field: string;
  readonly index: string;
  /** A document that requires the reference goes along; from another one the reference goes. */
  readonly required: boolean;
}

/** Rows before documents, and children before their parents: what is left of a tree that is cut down in pages is a tree. */
const tables: readonly (readonly [string, TableDescription])[] = [
  ...Object.entries(normalizedTables),
  ...Object.entries(existingTables).reverse(),
];

/**
 * The references to documents of a table that an index leads back to, required ones first. Those without an index
 * (`notes.sourceConversationId`, arrays of ids, ids inside objects) are left dangling, which every reader copes with.
 */
export function referencesTo(target: string): readonly Reference[] {
  const all = tables.flatMap(([table, { fields }]) =>
    Object.entries(fields).flatMap(([field, validator]): Reference[] => {
      if (!refersTo(validator as GenericValidator, target)) return [];
      const index = isNormalized(table) ? indexLedBy(table, field) : existingIndexLedBy(table, field);
      const required = (validator as GenericValidator).isOptional === "required";
      return index === null ? [] : [{ table, field, index, required }];
    }),
  );
  return [...all.filter(({ required }) => required), ...all.filter(({ required }) => !required)];
}
