import type { GenericId } from "convex/values";
import type { QueryCtx } from "../../../convex/runtime.js";

/** As the application had it: the user's messages, filtered by their text, each hit with its conversation. */
export async function findMessages({ db }: QueryCtx, { userId, text }: { userId: GenericId<"users">; text: string }) {
  const messages = await db
    .query("messages")
    .withIndex("by_user", (range) => range.eq("userId", userId))
    .collect();
  const hits = messages.filter(({ content }) => content.toLowerCase().includes(text.toLowerCase())).slice(0, 20);
  return await Promise.all(
    hits.map(async (message) => ({ message, conversation: await db.get(message.conversationId) })),
  );
}
