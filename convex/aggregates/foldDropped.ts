import type { GenericDatabaseWriter } from "convex/server";
import type { Doc } from "../documents.js";
import type { DataModel } from "../runtime.js";

/** Adds the touches of a field whose direct writes were dropped to its count, and deletes them. @returns how many there were */
export async function foldDropped(
  db: GenericDatabaseWriter<DataModel>,
  key: string,
  touches: readonly Doc<"unnestTouches">[],
): Promise<number> {
  const [table = "", field = ""] = key.split(".");
  const at = Math.max(...touches.map((touch) => touch.at));
  const dropped = touches.length;
  const row = await db
    .query("unnestOldFieldWrites")
    .withIndex("by_table_field", (range) => range.eq("table", table).eq("field", field))
    .first();
  if (row === null) await db.insert("unnestOldFieldWrites", { table, field, at, dropped });
  else await db.patch(row._id, { at: Math.max(row.at, at), dropped: (row.dropped ?? 0) + dropped });
  for (const { _id } of touches) await db.delete(_id);
  return dropped;
}
