/** Bookmarks and preferences, written as an application did before the migration. */
import { v } from "convex/values";
import { mutation } from "./functions.js";

export const add = mutation({
  args: { userId: v.id("users"), messageId: v.id("messages"), tags: v.optional(v.array(v.string())), now: v.number() },
  handler: async ({ db }, { userId, messageId, tags, now }) => {
    const message = await db.get(messageId);
    if (message === null) throw new Error("no such message");
    const { conversationId } = message;
    return await db.insert("bookmarks", { userId, messageId, conversationId, createdAt: now, ...(tags && { tags }) });
  },
});

export const tag = mutation({
  args: { bookmarkId: v.id("bookmarks"), tags: v.array(v.string()) },
  handler: async ({ db }, { bookmarkId, tags }) => await db.patch(bookmarkId, { tags }),
});

export const note = mutation({
  args: { bookmarkId: v.id("bookmarks"), note: v.string() },
  handler: async ({ db }, { bookmarkId, note }) => await db.patch(bookmarkId, { note }),
});
