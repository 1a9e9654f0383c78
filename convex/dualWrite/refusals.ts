/** The user writes that may fail because of the migration (spec 5), each naming what to call instead. */
import { ConvexError } from "convex/values";
import type { Fields } from "../../transforms/defineTransform.js";
import { isNothing } from "../../transforms/sameFieldValue.js";
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
function hasLeft(sync: Sync, table: string, field: string): boolean {
  const part = partMoving(table, field);
  if (part === null) return false;
  const { step } = phaseOf(sync, part);
  return step === "cleaned" || step === "complete";
}

/** @throws ConvexError `field_moved` when one of these fields is a moved one and its phase is `cleaned` or `complete`. */
export function refuseMovedFields(sync: Sync, table: string, fields: readonly string[]): void {
  const field = fields.find((name) => hasLeft(sync, table, name));
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
  refuseMovedFields(sync, table, fieldsSaid(document, left));
  return Object.fromEntries(Object.entries(document).filter(([field]) => !left.includes(field)));
}

/** Those of the fields that hold something. */
export function fieldsSaid(document: Fields, fields = Object.keys(document)): string[] {
  return fields.filter((field) => !isNothing(document[field]));
}
