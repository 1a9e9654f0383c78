/**
 * What becomes of the moved fields that a write names outside a helper, once rows are the truth. A write is refused only where a value
 * would be lost; what it says otherwise goes to rows, or, in `returning`, back into the document.
 */
import type { GenericValidator } from "convex/values";
import type { Fields, SourceDocument, Transform } from "../../transforms/defineTransform.js";
import { keepsAll } from "../../transforms/keepsAll.js";
import { isNothing, sameFieldValue } from "../../transforms/sameFieldValue.js";
import type { StoredDocument } from "../documents.js";
import { fits } from "../fits.js";
import { authorityOf } from "../phases.js";
import { hasMovedField, withPartValue } from "../sync/partValue.js";
import { readPart } from "../sync/readPart.js";
import { phaseOf } from "../sync/sync.js";
import { movedField } from "../tableFacts.js";
import { partsMovingFrom } from "./concerns.js";
import { countDropped } from "./countDropped.js";
import { type DualWrite, unreturnedName } from "./dualWrite.js";
import { refuseLoss, refuseMovedField } from "./refusals.js";
import { refuseTooLarge } from "./refuseTooLarge.js";

/** A write, as far as it is let through. */
export interface Admitted {
  /** What is written into the document. */
  readonly fields: Fields;
  /** Parts that go to rows, each with the moved fields it is to hold. */
  readonly toRows: readonly { readonly part: Transform; readonly fields: Fields }[];
  /** Parts that a document there was holds with this write, and those of them that it did not hold before. */
  readonly standing: readonly Transform[];
  readonly returned: readonly Transform[];
}

/** What one part contributes to it. */
type Fate =
  /** As it is written. */
  | { readonly goes: "asWritten" }
  /** It says nothing that has to be kept. */
  | { readonly goes: "nowhere" }
  | { readonly goes: "toRows" | "toDocument"; readonly fields: Fields };

const asWritten: Fate = { goes: "asWritten" };
const nowhere: Fate = { goes: "nowhere" };

/**
 * @param given the fields of a patch or replace, or a document to insert; undefined ones are to go
 * @param before the document; null for one that is born
 * @throws ConvexError `field_moved`, `value_without_row`, `document_too_large`
 */
export async function admit(
  dualWrite: DualWrite,
  table: string,
  given: Fields,
  before: StoredDocument | null,
): Promise<Admitted> {
  let fields = given;
  const toRows: { part: Transform; fields: Fields }[] = [];
  const standing: Transform[] = [];
  const returned: Transform[] = [];
  for (const part of namedParts(dualWrite, table, Object.keys(given))) {
    const stated = Object.fromEntries(
      part.moves.filter((field) => Object.hasOwn(given, field)).map((field) => [field, given[field]]),
    );
    const fate =
      before === null ? await ofNew(dualWrite, part, given, stated) : await ofOld(dualWrite, part, before, stated);
    if (fate.goes === "nowhere" || fate.goes === "toRows") fields = without(fields, part.moves);
    if (fate.goes === "toRows") toRows.push({ part, fields: fate.fields });
    if (fate.goes === "toDocument") fields = { ...fields, ...fate.fields };
    if (before === null) continue;
    if (fate.goes === "toDocument") returned.push(part);
    if (fate.goes === "toDocument" || fate.goes === "asWritten") standing.push(part);
  }
  return { fields, toRows, standing, returned };
}

/** The parts whose rows are the truth and of which a write names a moved field. */
export function namedParts({ sync }: DualWrite, table: string, named: readonly string[]): readonly Transform[] {
  return partsMovingFrom(table).filter(
    (part) => authorityOf(phaseOf(sync, part).step) === "new" && part.moves.some((field) => named.includes(field)),
  );
}

/** Of a document that is born nothing can be lost yet: all that it says is taken. */
async function ofNew(dualWrite: DualWrite, part: Transform, document: Fields, stated: Fields): Promise<Fate> {
  const { step } = phaseOf(dualWrite.sync, part);
  if (step === "returning") return asWritten;
  if (Object.values(stated).every(isNothing)) return nowhere;
  if (part.derivedFrom !== undefined) return await dropped(dualWrite, part, stated);
  return await ofRows(dualWrite, part, { ...document, _id: "", _creationTime: 0 }, stated);
}

async function ofOld(dualWrite: DualWrite, part: Transform, before: StoredDocument, stated: Fields): Promise<Fate> {
  const { sync, unreturned } = dualWrite;
  const { step } = phaseOf(sync, part);
  if (hasMovedField(part, before)) {
    // What the application read of this document in this transaction was without the field.
    if (unreturned.has(unreturnedName(part, before._id))) refuseLosing(dualWrite, part, before, stated);
    return asWritten;
  }
  if (part.derivedFrom !== undefined) return await dropped(dualWrite, part, stated);
  // Absent before and after: the database itself does nothing then, and neither does this.
  if (Object.values(stated).every((value) => value === undefined)) return nowhere;
  const valued = await withPartValue(sync.db, part, before, step);
  const after = { ...valued, ...stated };
  const isSame = part.moves.every((field) => sameFieldValue(field, valued[field], after[field]));
  if (!isSame) refuseLosing(dualWrite, part, valued, stated);
  const fields = Object.fromEntries(part.moves.map((field) => [field, after[field]]));
  if (Object.values(fields).every(isNothing)) return nowhere;
  if (step === "returning") return { goes: "toDocument", fields };
  if (isSame) return nowhere;
  if (step === "cleaned") await refuseTooLarge(sync, part, valued, after);
  return await ofRows(dualWrite, part, after, fields);
}

/** Would the field's own validator take it? What it would not is left in the write: the database says what is wrong with it, as ever. */
function isValid({ table }: Transform, stated: Fields): boolean {
  return Object.entries(stated).every(
    ([field, value]) => value === undefined || fits(movedField(table, field).was as GenericValidator, value),
  );
}

/** Rows take it; while the phase is `cleaned` and the transaction has no room for them, the document does, until a job comes to it. */
async function ofRows(dualWrite: DualWrite, part: Transform, document: SourceDocument, fields: Fields): Promise<Fate> {
  const { sync } = dualWrite;
  if (!isValid(part, fields)) return asWritten;
  if (phaseOf(sync, part).step === "complete") {
    const [field = ""] = Object.keys(fields);
    refuseLoss(part, field, part.map(await readPart(sync.db, part, { ...document, ...fields }, () => null)));
  } else if (sync.backlog?.leavesFields() === true || !(await sync.budget.hasRoom()))
    return { goes: "toDocument", fields };
  return { goes: "toRows", fields };
}

function refuseLosing({ sync }: DualWrite, part: Transform, before: SourceDocument, stated: Fields): void {
  const after = { ...before, ...stated };
  if (keepsAll(part, before, after)) return;
  const named = Object.keys(stated);
  refuseMovedField(sync, part, named.find((field) => !sameFieldValue(field, before[field], after[field])) ?? "");
}

async function dropped(dualWrite: DualWrite, part: Transform, stated: Fields): Promise<Fate> {
  for (const [field, value] of Object.entries(stated))
    if (!isNothing(value)) await countDropped(dualWrite, part, field);
  return nowhere;
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !names.includes(field)));
}
