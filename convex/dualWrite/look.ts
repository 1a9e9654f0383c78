import { convexSize } from "../../transforms/convexSize.js";
import type { StoredDocument } from "../documents.js";
import type { Sync } from "../sync/sync.js";
import { countedPhases } from "./countDocument.js";

/**
 * The document that a write is about to change, for what follows from it and can do without; null where looks have taken their share of
 * the transaction. What counts the document is left to delta then.
 */
export async function look(sync: Sync, table: string, id: string): Promise<StoredDocument | null> {
  const { db, budget, backlog } = sync;
  if (await budget.mayLook()) {
    const document = await db.get(id);
    if (document !== null) budget.countLook(convexSize(document));
    return document;
  }
  for (const phase of countedPhases(sync, table)) backlog?.leave(phase);
  return null;
}
