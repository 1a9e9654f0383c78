import { type AnyReader, rangeBy } from "../documents.js";
import { columnsReferringTo } from "../tableFacts.js";

/** Does any row refer to this entity, another entity's row included? One index range a referring column, a document each at most. */
export async function isReferredTo(db: AnyReader, table: string, entityId: string): Promise<boolean> {
  for (const { table: from, column, index } of columnsReferringTo(table)) {
    if ((await rangeBy(db, from, index, [[column, entityId]]).first()) !== null) return true;
  }
  return false;
}
