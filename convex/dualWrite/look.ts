import { convexSize } from "../../transforms/convexSize.js";
import type { StoredDocument } from "../documents.js";
import type { TouchKind } from "../schema/touchKinds.js";
import type { Sync } from "../sync/sync.js";
import { isCounting, touchKinds } from "../touches/touchKinds.js";

/** The aggregates that count a table's documents. */
const counting: Readonly<Record<string, readonly TouchKind[]>> = {
  messages: ["conversationTokenUsage", "messageCount"],
  conversations: ["messageCount"],
};

/**
 * The document that a write is about to change, for what follows from it and can do without; null where looks have taken their share of
 * the transaction. What counts the document is left to delta then.
 */
export async function look(
  { db, budget, backlog, phases }: Sync,
  table: string,
  id: string,
): Promise<StoredDocument | null> {
  if (await budget.mayLook()) {
    const document = await db.get(id);
    if (document !== null) budget.countLook(convexSize(document));
    return document;
  }
  for (const kind of counting[table] ?? []) if (isCounting(phases, kind)) backlog?.leave(touchKinds[kind].phase);
  return null;
}
