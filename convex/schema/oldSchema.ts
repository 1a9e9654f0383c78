import { defineSchema } from "convex/server";
import { tablesAt } from "./tableAt.js";
import { existingTables } from "./tables.js";

/** The application's schema before the migration (spec 2). */
export const oldSchema = defineSchema(tablesAt(existingTables, "old"));
