import { authorityOf } from "../phases.js";
import { forgetKept } from "../sync/movedParts.js";
import { doOrQueue, keptKind } from "../sync/queueJob.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { partsMovingFrom } from "./concerns.js";

/** Removes what is kept beside the rows of a document that goes. Before cleanup that is nothing, and from `complete` on there is no ledger. */
export async function dropOriginals(sync: Sync, table: string, documentId: string): Promise<void> {
  const kept = partsMovingFrom(table).filter((part) => {
    const { step } = phaseOf(sync, part);
    return authorityOf(step) === "new" && step !== "complete";
  });
  for (const phase of new Set(kept.map((part) => part.phase)))
    await doOrQueue(sync, { phase, kind: keptKind, table, documentId }, async () => {
      for (const part of kept) if (part.phase === phase) await forgetKept(sync.db, part, documentId);
    });
}
