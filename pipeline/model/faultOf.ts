import type { TableModel } from "./types.js";
import { type Fields, type IdTable, validateField } from "./validateValue.js";

/**
 * Why a document of an existing table does not fit its schema, or null. Moved fields say nothing: the rules of their parts judge those
 * element by element. Top-level fields that the model does not list are allowed: they stay in the document (spec 4).
 *
 * @param document decoded, with or without `_id` and `_creationTime`
 * @param table its table
 * @param idTable tells the table of an id
 */
export function faultOf(document: Fields, table: TableModel, idTable: IdTable): string | null {
  for (const { name, validator } of table.columns) {
    if (table.moved.includes(name)) continue;
    const reason = validateField(document, name, validator, idTable);
    if (reason !== null) return reason;
  }
  return null;
}
