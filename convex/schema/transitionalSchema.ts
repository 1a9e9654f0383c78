import { defineSchema } from "convex/server";
import { tablesAt } from "./tableAt.js";
import { existingTables, normalizedTables, stateTables } from "./tables.js";

/** While the migration runs: old and new tables, moved fields optional, the migration's own tables. */
export const transitionalSchema = defineSchema({
  ...tablesAt(existingTables, "transitional"),
  ...tablesAt(normalizedTables, "transitional"),
  ...tablesAt(stateTables, "transitional"),
});
