import type { Fields } from "../../transforms/defineTransform.js";
import { authorityOf } from "../phases.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { partsMovingFrom } from "./concerns.js";

/**
 * Moved fields that still stand in a document although the rows are the truth: a write that leaves them out must not remove
 * them, since cleanup first keeps of them what rows do not give back.
 */
export function standingFields(sync: Sync, table: string, document: Fields): Fields {
  const standing: Record<string, Fields[string]> = {};
  for (const part of partsMovingFrom(table)) {
    if (authorityOf(phaseOf(sync, part).step) === "old") continue;
    for (const field of part.moves) if (document[field] !== undefined) standing[field] = document[field];
  }
  return standing;
}
