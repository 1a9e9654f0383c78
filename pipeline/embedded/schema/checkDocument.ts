/** The check of a document against the schema, as a deployment makes it whenever one is written. */
import type { GenericSchema, SchemaDefinition } from "convex/server";
import type { Value } from "convex/values";
import { type IdTable, mismatchMessage, validateValue } from "../../model/validateValue.js";
import type { Fields } from "../store/table.js";
import { limitReason } from "./limitReason.js";

/**
 * Why a table cannot hold a document, in the backend's words, or null.
 *
 * @param fields decoded, with or without `_id` and `_creationTime`; both are left out of the schema's check
 * @param size of the document in bytes
 * @param idTable the table an id is of; whether its document exists is not asked
 */
export function checkDocument(
  schema: SchemaDefinition<GenericSchema, boolean>,
  table: string,
  fields: Fields,
  size: number,
  idTable: IdTable,
): string | null {
  const limit = limitReason(fields, size);
  if (limit !== null || !schema.schemaValidation) return limit;
  const definition = Object.hasOwn(schema.tables, table) ? schema.tables[table] : undefined;
  if (definition === undefined) return null;
  const { _id, _creationTime, ...own } = fields;
  const reason = validateValue(own as Value, definition.validator, idTable);
  return reason === null ? null : mismatchMessage(table, reason);
}
