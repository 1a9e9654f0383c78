import { authorityOf } from "../phases.js";
import { forgetKept } from "../sync/movedParts.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { partsMovingFrom } from "./concerns.js";

/** Removes what is kept beside the rows of a document that goes. Before cleanup that is nothing, and from `complete` on there is no ledger. */
export async function dropOriginals(sync: Sync, table: string, documentId: string): Promise<void> {
  for (const part of partsMovingFrom(table)) {
    const { step } = phaseOf(sync, part);
    if (authorityOf(step) === "new" && step !== "complete") await forgetKept(sync.db, part, documentId);
  }
}
