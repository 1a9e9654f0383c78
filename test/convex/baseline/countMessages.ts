import type { GenericId } from "convex/values";
import type { QueryCtx } from "../../../convex/runtime.js";

/** As the application had it: the cached count drifted, so the messages were counted. */
export async function countMessages(
  { db }: QueryCtx,
  { conversationId }: { conversationId: GenericId<"conversations"> },
) {
  const messages = await db
    .query("messages")
    .withIndex("by_conversation", (range) => range.eq("conversationId", conversationId))
    .collect();
  return messages.length;
}
