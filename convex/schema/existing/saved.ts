/** What users keep beside their conversations: files, bookmarks, snippets, notes. */
import { v } from "convex/values";
import { describeTable, movedField } from "../describeTable.js";

const tags = v.optional(v.array(v.string()));

export const files = describeTable({
  fields: {
    userId: v.id("users"),
    conversationId: v.optional(v.id("conversations")),
    storageId: v.id("_storage"),
    name: v.string(),
    mimeType: v.string(),
    size: v.number(),
    createdAt: v.number(),
  },
  indexes: { by_user: ["userId"], by_conversation: ["conversationId"] },
});

export const bookmarks = describeTable({
  fields: {
    userId: v.id("users"),
    messageId: v.id("messages"),
    conversationId: v.id("conversations"),
    note: v.optional(v.string()),
    createdAt: v.number(),
  },
  moved: { tags: movedField("phase-5", "bookmark/tags", tags) },
  indexes: { by_user: ["userId"], by_message: ["messageId"], by_conversation: ["conversationId"] },
  addedIndexes: { by_user_created: ["userId", "createdAt"] },
});

export const snippets = describeTable({
  fields: {
    userId: v.id("users"),
    text: v.string(),
    sourceMessageId: v.id("messages"),
    sourceConversationId: v.id("conversations"),
    note: v.optional(v.string()),
    createdAt: v.number(),
  },
  moved: { tags: movedField("phase-5", "snippet/tags", tags) },
  indexes: { by_user: ["userId"], by_message: ["sourceMessageId"], by_conversation: ["sourceConversationId"] },
  searchIndexes: { search_text: { searchField: "text", filterFields: ["userId"] } },
});

/** `suggestedTags` stay: they are suggestions. */
export const notes = describeTable({
  fields: {
    userId: v.id("users"),
    title: v.string(),
    content: v.string(),
    htmlContent: v.optional(v.string()),
    sourceMessageId: v.optional(v.id("messages")),
    sourceConversationId: v.optional(v.id("conversations")),
    sourceSelectionText: v.optional(v.string()),
    suggestedTags: v.optional(v.array(v.string())),
    isPinned: v.boolean(),
    shareId: v.optional(v.string()),
    isPublic: v.optional(v.boolean()),
    sharePassword: v.optional(v.string()),
    shareExpiresAt: v.optional(v.number()),
    shareCreatedAt: v.optional(v.number()),
    shareViewCount: v.optional(v.number()),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  moved: { tags: movedField("phase-5", "note/tags", tags) },
  indexes: {
    by_user: ["userId"],
    by_user_updated: ["userId", "updatedAt"],
    by_source_message: ["sourceMessageId"],
    by_share_id: ["shareId"],
  },
  searchIndexes: { search_notes: { searchField: "content", filterFields: ["userId"] } },
});
