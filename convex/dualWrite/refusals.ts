/** The user writes that may fail because of the migration (spec 5), each naming what to call instead. */
import { ConvexError } from "convex/values";
import type { Fields } from "../../transforms/defineTransform.js";
import { isNothing } from "../../transforms/sameFieldValue.js";
import { sameValue } from "../../transforms/sameValue.js";
import { writesOldFields } from "../phases.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { descriptionOf } from "../tableFacts.js";
import { partMoving } from "./concerns.js";
import { helperOfPart, helperOfTable } from "./helperNames.js";

/** @throws ConvexError `migration_table`, always: nobody but the migration writes its own tables. */
export function refuseStateWrite(table: string): never {
  throw new ConvexError({ code: "migration_table", table });
}

/**
 * @param columns those that a patch names
 * @throws ConvexError `write_through_helper` for rows of a phase that is not `complete` yet.
 */
export function refuseRowWrite(sync: Sync, table: string, columns?: readonly string[]): void {
  const { phase } = descriptionOf(table);
  if (phase !== undefined && phaseOf(sync, { phase }).step === "complete") return;
  throw new ConvexError({ code: "write_through_helper", table, helper: helperOfTable(table, columns) });
}

/** Is this a moved field that no document gets any more? In `returning` documents hold it again. */
export function hasLeft(sync: Sync, table: string, field: string): boolean {
  const part = partMoving(table, field);
  if (part === null) return false;
  return !writesOldFields(phaseOf(sync, part).step);
}

/**
 * An application that writes whole documents repeats what cleanup has not come to yet: that passes.
 *
 * @param fields as written; an undefined one is to go
 * @param before the document, null for one that is born
 * @throws ConvexError `field_moved` when one of these fields is a moved one whose phase is `cleaned` or `complete`, and the document
 * does not hold this very value.
 */
export function refuseMovedFields(sync: Sync, table: string, fields: Fields, before: Fields | null): void {
  const field = Object.keys(fields).find((name) => {
    const held = before?.[name];
    return hasLeft(sync, table, name) && (held === undefined || !sameValue(held, fields[name]));
  });
  if (field === undefined) return;
  const part = partMoving(table, field)?.part ?? "";
  throw new ConvexError({ code: "field_moved", table, field, helper: helperOfPart(part) });
}

/**
 * A document to insert, without the moved fields that say nothing: an application may go on writing `conversationIds: []`.
 *
 * @throws ConvexError as `refuseMovedFields` for one that says something.
 */
export function withoutMovedFields(sync: Sync, table: string, document: Fields): Fields {
  const left = Object.keys(document).filter((field) => hasLeft(sync, table, field));
  if (left.length === 0) return document;
  const said = fieldsSaid(document, left);
  refuseMovedFields(sync, table, Object.fromEntries(said.map((field) => [field, document[field]])), null);
  return Object.fromEntries(Object.entries(document).filter(([field]) => !left.includes(field)));
}

/** Those of the fields that hold something. */
export function fieldsSaid(document: Fields, fields = Object.keys(document)): string[] {
  return fields.filter((field) => !isNothing(document[field]));
}
