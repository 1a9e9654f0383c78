import type { Fields } from "../../transforms/defineTransform.js";
import { sameValue } from "../../transforms/sameValue.js";
import { fanOutKind, queueJob } from "../sync/queueJob.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { syncOrQueue } from "../sync/syncOrQueue.js";
import { type LookedUpBy, lookedUpBy } from "./concerns.js";
import type { DualWrite } from "./dualWrite.js";
import { fanOut } from "./fanOut.js";
import { movedInArray } from "./movedInArray.js";

/** From so many documents on that an array moved they are left to a job: one, instead of one a document. */
const manyMoved = 50;

/** Who looks documents of a table up, in phases that are not off. */
function lookers(sync: Sync, table: string): readonly LookedUpBy[] {
  return lookedUpBy(table).filter(({ transform }) => phaseOf(sync, transform).step !== "off");
}

/** The fields of a document that anyone looks up: a write of other ones concerns nobody else. */
export function lookedUpFields(sync: Sync, table: string): ReadonlySet<string> {
  return new Set(
    lookers(sync, table).flatMap(({ lookup: { fields, firstIndexOf } }) =>
      firstIndexOf === undefined ? fields : [...fields, firstIndexOf],
    ),
  );
}

/** Syncs what looks a document up that is gone. */
export async function fanOutDeleted({ sync, options }: DualWrite, table: string, documentId: string): Promise<void> {
  const kept = lookers(sync, table).filter(({ transform: { option } }) => option === undefined || options.has(option));
  await fanOutPhases(sync, kept, table, documentId);
}

/**
 * Syncs what looks a document up that changed in a looked-up field. Of an array in which they look for themselves only those are
 * concerned whose first index is another one, that came in or that left.
 */
export async function fanOutChanged(
  sync: Sync,
  table: string,
  documentId: string,
  before: Fields,
  after: Fields,
): Promise<void> {
  const all = lookers(sync, table);
  const concerned = all.filter(({ lookup }) => lookup.fields.some((field) => !sameValue(before[field], after[field])));
  await fanOutPhases(sync, concerned, table, documentId);
  for (const { transform, lookup } of all) {
    if (lookup.firstIndexOf === undefined) continue;
    const moved = movedInArray(before[lookup.firstIndexOf], after[lookup.firstIndexOf]);
    if (moved.length < manyMoved) for (const id of moved) await syncOrQueue(sync, transform, id);
    else await queueJob(sync, { phase: transform.phase, kind: fanOutKind, table, documentId });
  }
}

/** The same of a document that nobody looked at before it was written: these fields may have changed, in whatever way. */
export async function fanOutUnseen(
  sync: Sync,
  table: string,
  documentId: string,
  changed: readonly string[],
): Promise<void> {
  const concerned = lookers(sync, table).filter(({ lookup: { fields, firstIndexOf = "" } }) =>
    [...fields, firstIndexOf].some((field) => changed.includes(field)),
  );
  for (const phase of new Set(concerned.map(({ transform }) => transform.phase)))
    await queueJob(sync, { phase, kind: fanOutKind, table, documentId });
}

async function fanOutPhases(
  sync: Sync,
  concerned: readonly LookedUpBy[],
  table: string,
  documentId: string,
): Promise<void> {
  for (const phase of new Set(concerned.map(({ transform }) => transform.phase))) {
    await fanOut(sync, phase, table, documentId);
  }
}
