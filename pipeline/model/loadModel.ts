import { existingTables, normalizedTables, stateTables } from "../../convex/schema/tables.js";
import { deriveModel } from "./deriveModel.js";
import type { Model } from "./types.js";

/** The model this tool ships, from `convex/schema`. */
export function loadModel(): Model {
  return deriveModel({ existing: existingTables, normalized: normalizedTables, state: stateTables });
}
