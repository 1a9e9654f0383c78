import type { TableModel } from "./types.js";
import { type Fields, fieldMisfit, type IdTable, type Misfit } from "./validateValue.js";

/**
 * Why a document does not fit its table's schema, one reason for each field of the schema that stays, in the schema's order. Moved
 * fields are left out: what their rows require decides about their elements, and `movedMisfits` validates them where they are read. Fields
 * that the schema does not list are left out too.
 *
 * @param document decoded, with or without `_id` and `_creationTime`
 * @param table its table
 * @param idTable tells the table of an id
 */
export function misfitsOf(document: Fields, table: TableModel, idTable: IdTable): readonly Misfit[] {
  return table.columns.flatMap(({ name, validator }) => {
    const misfit = table.moved.includes(name) ? null : fieldMisfit(document, name, validator, idTable);
    return misfit === null ? [] : [misfit];
  });
}

/** The same for the moved fields that the document has. Whether a required one is missing depends on the schema that is deployed. */
export function movedMisfits(document: Fields, table: TableModel, idTable: IdTable): readonly Misfit[] {
  return table.columns.flatMap(({ name, validator }) => {
    if (!table.moved.includes(name) || document[name] === undefined) return [];
    const misfit = fieldMisfit(document, name, validator, idTable);
    return misfit === null ? [] : [misfit];
  });
}
