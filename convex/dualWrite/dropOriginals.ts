import { authorityOf } from "../phases.js";
import { forgetKept } from "../sync/movedParts.js";
import { keptKind, queueJob } from "../sync/queueJob.js";
import { defersWork, phaseOf, type Sync } from "../sync/sync.js";
import { partsMovingFrom } from "./concerns.js";

/** Removes what is kept beside the rows of a document that goes. Before cleanup that is nothing, and from `complete` on there is no ledger. */
export async function dropOriginals(sync: Sync, table: string, documentId: string): Promise<void> {
  for (const part of partsMovingFrom(table)) {
    const { phase } = part;
    const { step } = phaseOf(sync, part);
    if (authorityOf(step) === "old" || step === "complete") continue;
    if (defersWork(sync)) await queueJob(sync, { phase, kind: keptKind, table, documentId });
    else await forgetKept(sync.db, part, documentId);
  }
}
