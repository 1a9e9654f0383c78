import { documentsBy } from "../documents.js";
import type { Sync } from "../sync/sync.js";
import { isCounting } from "../touches/touchKinds.js";

/**
 * Deletes the token usage of a conversation that goes; its open touches are dropped when they are folded. Nothing while phase 6 is
 * off. Reads and deletes one row a model that answered in the conversation, however many messages it has.
 */
export async function deleteUsage({ phases, db }: Pick<Sync, "phases" | "db">, conversationId: string): Promise<void> {
  if (!isCounting(phases, "conversationTokenUsage")) return;
  const rows = await documentsBy(db, "conversationTokenUsage", "by_conversation", [["conversationId", conversationId]]);
  for (const row of rows) await db.delete(row._id);
}
