import { decodeId } from "../convexFormat/ids.js";
import type { Database } from "../db/database.js";
import type { RawTable } from "./rawTable.js";
import { UnreadableLine } from "./spoolDocuments.js";

/** 2^53, where milliseconds stop being exact. */
const firstInvalidTime = "9007199254740992";

/**
 * Holds every document's `_id` and `_creationTime` against the rules of spec 1. Linear: real exports are in the order of their ids, and
 * ids that ascend are unique; only others are sorted.
 * Throws UnreadableLine.
 */
export async function checkIds(database: Database, table: RawTable): Promise<void> {
  const number = table.archive?.tableNumber ?? null;
  let previous = "";
  let isAscending = true;
  for await (const [ids = []] of database.columns(`SELECT _id FROM ${table.sql}`)) {
    for (const id of ids) {
      const decoded = id === null ? null : decodeId(id);
      if (id === null || decoded === null) throw new UnreadableLine("a document's _id is no id");
      if (number !== null && decoded.tableNumber !== number) {
        throw new UnreadableLine("a document's _id is of another table");
      }
      // Ids of one table are as long as each other, and their digits are in the order of the alphabet.
      if (id <= previous) isAscending = false;
      previous = id;
    }
  }
  const badTimes = await database.count(
    `SELECT count(*) FROM ${table.sql} WHERE _creationTime IS NULL OR NOT (_creationTime > 0 AND _creationTime < ${firstInvalidTime})`,
  );
  if (badTimes > 0) throw new UnreadableLine("a document's _creationTime is no time");
  if (isAscending) return;
  const repeated = await database.count(`SELECT count(*) - count(DISTINCT _id) FROM ${table.sql}`);
  if (repeated > 0) throw new UnreadableLine("an _id stands twice");
}
