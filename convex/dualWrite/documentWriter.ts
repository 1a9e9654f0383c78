import type { Fields } from "../../transforms/defineTransform.js";
import { sameValue } from "../../transforms/sameValue.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import type { StoredDocument } from "../documents.js";
import { authorityOf } from "../phases.js";
import { applyRows } from "../sync/applyRows.js";
import { inTurn } from "../sync/inTurn.js";
import { forgetKept } from "../sync/movedParts.js";
import { hasMovedField } from "../sync/partValue.js";
import { rowsOfPart } from "../sync/storedPart.js";
import { phaseOf } from "../sync/sync.js";
import { type Admitted, admit, namedParts } from "./admit.js";
import { partsMovingFrom } from "./concerns.js";
import { countedFields } from "./countDocument.js";
import { type DualWrite, isWatched, partsConcerned } from "./dualWrite.js";
import { lookedUpFields } from "./fanOutChange.js";
import { followDelete, followInsert, following, followUpdate, type Update } from "./follow.js";
import { holdOrLeave } from "./holdOrLeave.js";
import { look } from "./look.js";
import { recordOldFieldWrites } from "./recordOldFieldWrites.js";
import { fieldsSaid } from "./refusals.js";
import { standingFields } from "./standingFields.js";
import type { TableWriter } from "./tableWriter.js";

/**
 * Writes the documents of one of the application's tables. The write itself comes first: where it fails nothing else happens, so
 * that an application may catch its error. What follows from it never fails it.
 */
export function documentWriter(dualWrite: DualWrite, table: string): TableWriter {
  const { sync } = dualWrite;
  const { db } = sync;

  async function insert(document: Fields): Promise<string> {
    const { fields, toRows } = await admit(dualWrite, table, document, null);
    const id = await db.insert(table, fields);
    try {
      for (const { part, fields: moved } of toRows)
        await holdOrLeave(sync, part, { ...fields, _id: id, _creationTime: Date.now() }, moved);
    } catch (error) {
      await db.delete(id);
      throw error;
    }
    await following(async () => {
      await followInsert(dualWrite, table, id, fields);
      await recordOldFieldWrites(dualWrite, table, fieldsSaid(fields));
    });
    return id;
  }

  async function patch(id: string, given: Fields): Promise<void> {
    const named = Object.keys(given);
    const before = await beforeOf(id, named, given);
    const write = await admitted(given, before);
    const { fields } = write;
    if (before === null || Object.keys(fields).length > 0) await db.patch(id, fields);
    const after = before && { ...before, ...fields };
    await updated(id, write, { before, after, changed: Object.keys(fields) });
  }

  async function replace(id: string, document: Fields): Promise<void> {
    const given = withoutAbsent(document);
    const before = !isWatched(dualWrite, table) ? null : isMoved() ? await db.get(id) : await look(sync, table, id);
    const write = await admitted(given, before);
    const standing = before === null ? {} : standingFields(sync, table, before);
    const after = { ...standing, ...write.fields };
    await db.replace(id, after);
    await updated(id, write, { before, after, changed: differing(before ?? {}, after) });
  }

  async function remove(id: string): Promise<void> {
    const before = isWatched(dualWrite, table) ? await look(sync, table, id) : null;
    await db.delete(id);
    await following(async () => await followDelete(dualWrite, table, id, before));
  }

  /** The document that a patch changes, where what follows depends on it. */
  async function beforeOf(id: string, named: readonly string[], given: Fields): Promise<StoredDocument | null> {
    if (namedParts(dualWrite, table, named).length > 0) return await db.get(id);
    const fields = new Set([...countedFields(sync, table), ...lookedUpFields(sync, table)]);
    return named.some((field) => fields.has(field)) || mayBeEmpty(named, given) ? await look(sync, table, id) : null;
  }

  /** Does the patch concern a part of which it says nothing itself? A look at the document is less than a sync. */
  function mayBeEmpty(named: readonly string[], given: Fields): boolean {
    const document = { ...given, _id: "", _creationTime: 0 };
    return partsConcerned(dualWrite, table, named).some((part) => part.elementsOf(document).length === 0);
  }

  /** Are rows the truth of anything that moves from the table? Then a document may not be written unseen. */
  function isMoved(): boolean {
    return partsMovingFrom(table).some((part) => authorityOf(phaseOf(sync, part).step) === "new");
  }

  /** Of a document that is gone, or where nothing moves, all goes to the database, which says what is wrong with it. */
  async function admitted(given: Fields, before: StoredDocument | null): Promise<Admitted> {
    if (before !== null) return await admit(dualWrite, table, given, before);
    return { fields: given, toRows: [], standing: [], returned: [] };
  }

  async function updated(id: string, { fields, toRows, standing, returned }: Admitted, update: Update): Promise<void> {
    const { before, after } = update;
    if (before !== null && after !== null)
      for (const { part, fields: moved } of toRows)
        await holdOrLeave(sync, part, { ...after, _id: before._id, _creationTime: before._creationTime }, moved);
    await following(async () => {
      for (const part of returned) await forgetKept(db, part, id);
      // A part of which the document holds nothing any more would read as one that is in its rows.
      for (const part of standing)
        if (after !== null && !hasMovedField(part, after))
          await applyRows(sync, part, [], await rowsOfPart(db, part, id));
      await followUpdate(dualWrite, table, id, update);
      await recordOldFieldWrites(dualWrite, table, Object.keys(fields));
    });
  }

  async function written<T>(write: () => Promise<T>): Promise<T> {
    return await inTurn(sync, async () => {
      sync.backlog?.countWrite();
      return await write();
    });
  }

  return {
    insert: async (document) => await written(async () => await insert(document)),
    patch: async (id, fields) => await written(async () => await patch(id, fields)),
    replace: async (id, document) => await written(async () => await replace(id, document)),
    delete: async (id) => await written(async () => await remove(id)),
  };
}

function differing(before: Fields, after: Fields): string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].filter((field) => !field.startsWith("_") && !sameValue(before[field], after[field]));
}
