import { inTurn } from "../sync/inTurn.js";
import type { Sync } from "../sync/sync.js";
import { touchForRow } from "../touches/rowTouches.js";
import { refuseRowWrite } from "./refusals.js";
import type { TableWriter } from "./tableWriter.js";

/**
 * Writes rows of a normalized table directly, which an application may do once the phase is `complete`: a row's touches are appended
 * with it, so that aggregates stay sums.
 *
 * @throws ConvexError `write_through_helper` before that, naming the helper.
 */
export function rowWriter(sync: Sync, table: string): TableWriter {
  const { db, touches } = sync;
  const written = async <T>(work: () => Promise<T>, columns?: readonly string[]): Promise<T> => {
    refuseRowWrite(sync, table, columns);
    return await inTurn(sync, work);
  };
  return {
    insert: (row) =>
      written(async () => {
        const id = await db.insert(table, row);
        await touchForRow(touches, table, null, row);
        return id;
      }),
    patch: (id, fields) =>
      written(async () => {
        const before = await db.get(id);
        await db.patch(id, fields);
        if (before !== null) await touchForRow(touches, table, before, { ...before, ...fields });
      }, Object.keys(fields)),
    replace: (id, row) =>
      written(async () => {
        const before = await db.get(id);
        await db.replace(id, row);
        if (before !== null) await touchForRow(touches, table, before, row);
      }),
    delete: (id) =>
      written(async () => {
        const before = await db.get(id);
        await db.delete(id);
        if (before !== null) await touchForRow(touches, table, before, null);
      }),
  };
}
