import type { GenericId } from "convex/values";
import type { QueryCtx } from "../../../convex/runtime.js";

/** As the application had it: every bookmark of the user, and for each one its message and its conversation. */
export async function listBookmarks({ db }: QueryCtx, { userId }: { userId: GenericId<"users"> }) {
  const bookmarks = await db
    .query("bookmarks")
    .withIndex("by_user", (range) => range.eq("userId", userId))
    .order("desc")
    .collect();
  return await Promise.all(
    bookmarks.map(async (bookmark) => ({
      ...bookmark,
      message: await db.get(bookmark.messageId),
      conversation: await db.get(bookmark.conversationId),
    })),
  );
}
