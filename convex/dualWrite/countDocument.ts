/** What aggregates count of documents: token usage and messages of a conversation, and its `messageCount`. */
import type { Fields } from "../../transforms/defineTransform.js";
import { deleteUsage } from "../aggregates/deleteUsage.js";
import { messageShareFields } from "../aggregates/messageShare.js";
import { touchForConversation } from "../aggregates/touchForConversation.js";
import { touchForMessage } from "../aggregates/touchForMessage.js";
import { doOrQueue, usageKind } from "../sync/queueJob.js";
import type { Sync } from "../sync/sync.js";
import { isCounting, type TouchKind, touchKinds } from "../touches/touchKinds.js";

/** The aggregates that count a table's documents. */
const countedBy: Readonly<Record<string, readonly TouchKind[]>> = {
  messages: ["conversationTokenUsage", "messageCount"],
  conversations: ["messageCount"],
};

/** The phases in which a table's documents count for an aggregate just now. */
export function countedPhases({ phases }: Pick<Sync, "phases">, table: string): readonly string[] {
  return (countedBy[table] ?? []).filter((kind) => isCounting(phases, kind)).map((kind) => touchKinds[kind].phase);
}

/** The fields of a table's documents that count for an aggregate; a write of other ones needs no look at the document. */
export function countedFields({ phases }: Sync, table: string): readonly string[] {
  const usage = isCounting(phases, "conversationTokenUsage");
  const counts = isCounting(phases, "messageCount");
  if (table === "messages") return usage ? messageShareFields : counts ? ["conversationId"] : [];
  if (table === "conversations") return counts ? ["messageCount"] : [];
  return [];
}

/**
 * Appends what a document's change means for the aggregates.
 *
 * @param before null for a document that is born
 * @param after null for a document that goes
 */
export async function countDocument(
  sync: Sync,
  table: string,
  documentId: string,
  before: Fields | null,
  after: Fields | null,
): Promise<void> {
  if (table === "messages") await touchForMessage(sync, before, after);
  if (table !== "conversations") return;
  await touchForConversation(sync, documentId, before, after);
  if (after !== null || !isCounting(sync.phases, "conversationTokenUsage")) return;
  const usage = { phase: touchKinds.conversationTokenUsage.phase, kind: usageKind, table, documentId };
  await doOrQueue(sync, usage, async () => await deleteUsage(sync, documentId));
}
