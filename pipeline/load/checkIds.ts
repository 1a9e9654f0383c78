import { decodeId } from "../convexFormat/ids.js";
import type { Database } from "../db/database.js";
import type { RawTable } from "./rawTable.js";
import { UnreadableLine } from "./spoolDocuments.js";

/** 2^53, where milliseconds stop being exact. */
const firstInvalidTime = "9007199254740992";

/** No time: what an expression for `_creationTime` must not be. */
export const isNoTime = `_creationTime IS NULL OR NOT (_creationTime > 0 AND _creationTime < ${firstInvalidTime})`;

/**
 * Holds every document's `_id` and `_creationTime` against Convex's rules. Linear: real exports are in the order of their ids, and
 * ids that ascend are unique; only others are sorted.
 * Throws UnreadableLine.
 */
export async function checkIds(database: Database, table: RawTable): Promise<void> {
  const order = new IdOrder(table.archive?.tableNumber ?? null);
  for await (const [ids = []] of database.columns(`SELECT _id FROM ${table.sql}`)) {
    for (const id of ids) order.next(id);
  }
  const badTimes = await database.count(`SELECT count(*) FROM ${table.sql} WHERE ${isNoTime}`);
  if (badTimes > 0) throw new UnreadableLine("a document's _creationTime is no time");
  if (order.isAscending) return;
  const repeated = await database.count(`SELECT count(*) - count(DISTINCT _id) FROM ${table.sql}`);
  if (repeated > 0) throw new UnreadableLine("an _id stands twice");
}

/** The ids of one table, one after the other. */
export class IdOrder {
  /** None can stand twice then. */
  isAscending = true;
  private previous = "";

  /** @param number of the table; null where nothing says it */
  constructor(private readonly number: number | null) {}

  /** Throws UnreadableLine for what is no id, and for one of another table. */
  next(id: string | null): void {
    const decoded = id === null ? null : decodeId(id);
    if (id === null || decoded === null) throw new UnreadableLine("a document's _id is no id");
    if (this.number !== null && decoded.tableNumber !== this.number) {
      throw new UnreadableLine("a document's _id is of another table");
    }
    // Ids of one table are as long as each other, and their digits are in the order of the alphabet.
    if (id <= this.previous) this.isAscending = false;
    this.previous = id;
  }
}
