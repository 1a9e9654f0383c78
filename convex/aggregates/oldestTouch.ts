import type { GenericDatabaseReader } from "convex/server";
import type { DataModel } from "../runtime.js";

/** When the oldest open touch was appended, in ms; null when none is open. Reads one document. */
export async function oldestTouch(db: GenericDatabaseReader<DataModel>): Promise<number | null> {
  return (await db.query("unnestTouches").first())?.at ?? null;
}
