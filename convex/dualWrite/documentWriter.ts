import type { Fields } from "../../transforms/defineTransform.js";
import { sameValue } from "../../transforms/sameValue.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import type { StoredDocument } from "../documents.js";
import { applyRows } from "../sync/applyRows.js";
import { inTurn } from "../sync/inTurn.js";
import { writeOriginals } from "../sync/originals.js";
import { hasMovedField } from "../sync/partValue.js";
import { rowsOfPart } from "../sync/storedPart.js";
import { countedFields } from "./countDocument.js";
import { type DualWrite, isWatched } from "./dualWrite.js";
import { lookedUpFields } from "./fanOutChange.js";
import { followDelete, followInsert, following, followUpdate, type Update } from "./follow.js";
import { recordOldFieldWrites } from "./recordOldFieldWrites.js";
import { fieldsSaid, hasLeft, refuseMovedFields, withoutMovedFields } from "./refusals.js";
import { returnedFields, returnedParts } from "./returnedParts.js";
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
    const admitted = withoutMovedFields(sync, table, document);
    const id = await db.insert(table, admitted);
    await following(async () => {
      await followInsert(dualWrite, table, id, admitted);
      await recordOldFieldWrites(dualWrite, table, fieldsSaid(admitted));
    });
    return id;
  }

  async function patch(id: string, fields: Fields): Promise<void> {
    const named = Object.keys(fields);
    const before = asksForBefore(named) ? await db.get(id) : null;
    refuseMovedFields(sync, table, fields, before);
    const written = { ...(await returned(before, named)), ...fields };
    await db.patch(id, written);
    await updated(id, named, { before, after: before && { ...before, ...written }, changed: named });
  }

  async function replace(id: string, document: Fields): Promise<void> {
    const given = withoutAbsent(document);
    const named = Object.keys(given);
    const before = isWatched(dualWrite, table) ? await db.get(id) : null;
    refuseMovedFields(sync, table, given, before);
    const standing = before === null ? {} : standingFields(sync, table, before);
    const after = { ...standing, ...(await returned(before, named)), ...given };
    await db.replace(id, after);
    await updated(id, named, { before, after, changed: differing(before ?? {}, after) });
  }

  async function remove(id: string): Promise<void> {
    const before = countedFields(sync, table).length === 0 ? null : await db.get(id);
    await db.delete(id);
    await following(async () => await followDelete(dualWrite, table, id, before));
  }

  function asksForBefore(named: readonly string[]): boolean {
    const fields = new Set([...countedFields(sync, table), ...lookedUpFields(sync, table)]);
    return (
      named.some((field) => fields.has(field) || hasLeft(sync, table, field)) ||
      returnedParts(sync, table, named).length > 0
    );
  }

  async function returned(before: StoredDocument | null, named: readonly string[]): Promise<Fields> {
    return before === null ? {} : await returnedFields(sync, returnedParts(sync, table, named), before);
  }

  async function updated(id: string, named: readonly string[], update: Update): Promise<void> {
    await following(async () => {
      // The document holds these parts whole from now on. One that it no longer holds anything of would read as one that is in its rows.
      for (const part of returnedParts(sync, table, named)) {
        await writeOriginals(db, part, id, {});
        if (update.after !== null && !hasMovedField(part, update.after))
          await applyRows(sync, part, [], await rowsOfPart(db, part, id));
      }
      await followUpdate(dualWrite, table, id, update);
      await recordOldFieldWrites(dualWrite, table, named);
    });
  }

  return {
    insert: async (document) => await inTurn(sync, async () => await insert(document)),
    patch: async (id, fields) => await inTurn(sync, async () => await patch(id, fields)),
    replace: async (id, document) => await inTurn(sync, async () => await replace(id, document)),
    delete: async (id) => await inTurn(sync, async () => await remove(id)),
  };
}

function differing(before: Fields, after: Fields): string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].filter((field) => !field.startsWith("_") && !sameValue(before[field], after[field]));
}
