import type { Fields } from "../../transforms/defineTransform.js";
import { type AnyWriter, documentsBy, findDocument, type StoredDocument } from "../documents.js";
import type { Delta } from "../touches/delta.js";
import { touchKinds } from "../touches/touchKinds.js";
import { summed } from "./summed.js";
import { parseUsageKey } from "./usageKey.js";

/**
 * Adds a difference to a usage row. It is created when it is first needed, and goes when all its sums are 0 or its conversation is
 * gone. Sums below 0 stand until a correction comes: messages that were there before dual-write may go before they are counted. Of two
 * rows with one key, which only come past the migration, the oldest stays.
 *
 * @returns false where the conversation is gone, or the key is none
 */
export async function applyUsage(db: AnyWriter, key: string, delta: Delta): Promise<boolean> {
  const named = parseUsageKey(key);
  if (named === null) return false;
  const conversation = await findDocument(db, "conversations", named.conversationId);
  const [row = null, ...others] = await usageRows(db, named.conversationId, named.model);
  for (const other of others) await db.delete(other._id);
  const sums = summed("conversationTokenUsage", row ?? {}, delta);
  if (conversation === null || touchKinds.conversationTokenUsage.counts.every((field) => sums[field] === 0)) {
    if (row !== null) await db.delete(row._id);
    return conversation !== null;
  }
  const columns: Fields = sums.reasoningTokens === 0 ? { ...sums, reasoningTokens: undefined } : sums;
  if (row === null) {
    // A conversation that does not fit its schema may lack what the row requires, as offline.
    const createdAt = typeof conversation.createdAt === "number" ? conversation.createdAt : conversation._creationTime;
    await db.insert("conversationTokenUsage", { ...named, lastUpdatedAt: createdAt, createdAt, ...columns });
  } else await db.patch(row._id, columns);
  return true;
}

/** The oldest first. */
async function usageRows(db: AnyWriter, conversationId: string, model: string): Promise<readonly StoredDocument[]> {
  return await documentsBy(db, "conversationTokenUsage", "by_conversation_model", [
    ["conversationId", conversationId],
    ["model", model],
  ]);
}
