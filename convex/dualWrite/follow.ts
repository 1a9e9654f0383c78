/** What follows from a write of a document: its parts, the aggregates that count it, and what looks it up. */
import type { Fields, SourceDocument, Transform } from "../../transforms/defineTransform.js";
import type { StoredDocument } from "../documents.js";
import { authorityOf } from "../phases.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { syncOrQueue } from "../sync/syncOrQueue.js";
import { countDocument } from "./countDocument.js";
import { dropOriginals } from "./dropOriginals.js";
import { type DualWrite, partsConcerned, partsKept } from "./dualWrite.js";
import { fanOutChanged, fanOutDeleted, fanOutUnseen } from "./fanOutChange.js";

/** What a patch or replace did. */
export interface Update {
  /** The document before and after; null where no field was written that asks for a look at it. */
  readonly before: StoredDocument | null;
  readonly after: Fields | null;
  /** The fields that may have changed. */
  readonly changed: readonly string[];
}

/** A part none of whose elements a new document holds has no rows. */
export async function followInsert(dualWrite: DualWrite, table: string, id: string, document: Fields): Promise<void> {
  const inserted = { ...document, _id: id, _creationTime: Date.now() };
  for (const part of partsKept(dualWrite, table)) {
    if (part.elementsOf(inserted).length > 0) await syncOrQueue(dualWrite.sync, part, id);
  }
  await countDocument(dualWrite.sync, table, id, null, document);
}

/** Costs nothing where no part reads a changed field and `before` was not asked for. */
export async function followUpdate(dualWrite: DualWrite, table: string, id: string, update: Update): Promise<void> {
  const { before, after, changed } = update;
  for (const part of partsConcerned(dualWrite, table, changed)) {
    if (!isEmptyPart(dualWrite.sync, part, before, after)) await syncOrQueue(dualWrite.sync, part, id);
  }
  if (before === null || after === null) {
    await fanOutUnseen(dualWrite.sync, table, id, changed);
    return;
  }
  await countDocument(dualWrite.sync, table, id, before, after);
  await fanOutChanged(dualWrite.sync, table, id, before, after);
}

/** The document's rows go, if it may have any, and what was kept beside them. Then follow those that look it up. */
export async function followDelete(
  dualWrite: DualWrite,
  table: string,
  id: string,
  before: StoredDocument | null,
): Promise<void> {
  const { sync } = dualWrite;
  for (const part of partsKept(dualWrite, table)) {
    if (!isEmptyPart(sync, part, before, null)) await syncOrQueue(sync, part, id);
  }
  await countDocument(sync, table, id, before, null);
  await dropOriginals(sync, table, id);
  await fanOutDeleted(dualWrite, table, id);
}

/**
 * Is it known that a part had nothing to give rows to, and has nothing now? While the old fields are the truth it has no rows then; a job that
 * it waits for removes what an earlier value gave.
 *
 * @param before null where nobody looked
 */
function isEmptyPart(sync: Sync, part: Transform, before: StoredDocument | null, after: Fields | null): boolean {
  if (before === null || authorityOf(phaseOf(sync, part).step) === "new") return false;
  const documents = after === null ? [before] : [before, after as SourceDocument];
  return documents.every((document) => part.elementsOf(document).length === 0);
}

/**
 * Runs what follows from a write and leaves the write's success untouched. Parts that fail or do not fit are left to jobs; what fails
 * here fails at the limits of a transaction, and is drift that delta finds.
 */
export async function following(work: () => Promise<void>): Promise<void> {
  await work().catch(() => undefined);
}
