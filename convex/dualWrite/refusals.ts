/** The user writes that may fail because of the migration (spec 5), each naming what to call instead. */
import { ConvexError } from "convex/values";
import type { Fields, PartResult, Transform } from "../../transforms/defineTransform.js";
import { isNothing } from "../../transforms/sameFieldValue.js";
import type { Step } from "../phases.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { descriptionOf } from "../tableFacts.js";
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

/**
 * A direct write that would replace what rows hold by what was computed without it.
 *
 * @param field the one whose value would be lost
 * @throws ConvexError `field_moved`, always: with table, field, helper and remedy.
 */
export function refuseMovedField(sync: Sync, { table, part, phase }: Transform, field: string): never {
  const helper = helperOfPart(part);
  const { step } = phaseOf(sync, { phase });
  throw new ConvexError({ code: "field_moved", table, field, helper, remedy: remedyOf(table, field, helper, step) });
}

function remedyOf(table: string, field: string, helper: string | null, step: Step): string {
  const call = helper === null ? "leave the field out of the write" : `call ${helper} in place of the write`;
  const wait = step === "returning" ? ", or write again when the rebuild of this phase has ended" : "";
  return `Rows hold ${table}.${field} now, and this value lacks some of what they hold: ${call}${wait}.`;
}

/**
 * At the end there is no ledger: what the mapping gives no row would be gone.
 *
 * @throws ConvexError `value_without_row` with table, field, helper, remedy, and the ledger's code of what it met
 */
export function refuseLoss({ table, part }: Transform, field: string, { entries }: PartResult): void {
  const lost = entries.find(({ kind }) => kind === "rejected" || kind === "kept");
  if (lost === undefined) return;
  const remedy = `No row can hold a piece of this ${table}.${field} (${lost.code}), and the migration is complete: mend the value.`;
  throw new ConvexError({
    code: "value_without_row",
    table,
    field,
    helper: helperOfPart(part),
    remedy,
    reason: lost.code,
  });
}

/** Those of the fields that hold something. */
export function fieldsSaid(document: Fields, fields = Object.keys(document)): string[] {
  return fields.filter((field) => !isNothing(document[field]));
}
