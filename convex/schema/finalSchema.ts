import { defineSchema } from "convex/server";
import { tablesAt } from "./tableAt.js";
import { existingTables, lastingStateTables, normalizedTables } from "./tables.js";

/**
 * After the migration: moved fields are gone, and of the migration's own tables those stay that aggregates need. A table
 * that is missing here keeps its documents; Convex only stops checking them. So the ledger goes when an operator says so.
 */
export const finalSchema = defineSchema({
  ...tablesAt(existingTables, "final"),
  ...tablesAt(normalizedTables, "final"),
  ...tablesAt(lastingStateTables, "final"),
});
