import { authorityOf } from "../phases.js";
import { writeOriginals } from "../sync/originals.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { partsMovingFrom } from "./concerns.js";

/** Removes what the ledger keeps of a document that goes. Before cleanup there is nothing in it, and from `complete` on no ledger. */
export async function dropOriginals(sync: Sync, table: string, documentId: string): Promise<void> {
  for (const part of partsMovingFrom(table)) {
    const { step } = phaseOf(sync, part);
    if (authorityOf(step) === "new" && step !== "complete") await writeOriginals(sync.db, part, documentId, {});
  }
}
