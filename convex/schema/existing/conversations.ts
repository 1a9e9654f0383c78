import { v } from "convex/values";
import { describeTable, movedField } from "../describeTable.js";

const tokenUsage = v.optional(
  v.object({
    systemTokens: v.number(),
    messagesTokens: v.number(),
    memoriesTokens: v.number(),
    totalTokens: v.number(),
    contextLimit: v.number(),
    lastCalculatedAt: v.number(),
  }),
);

export const conversations = describeTable({
  fields: {
    userId: v.id("users"),
    title: v.string(),
    model: v.string(),
    pinned: v.boolean(),
    archived: v.boolean(),
    starred: v.boolean(),
    systemPrompt: v.optional(v.string()),
    projectId: v.optional(v.id("projects")),
    lastMemoryExtractionAt: v.optional(v.number()),
    memoryExtractionMessageCount: v.optional(v.number()),
    cachedMemoryIds: v.optional(v.array(v.id("memories"))),
    lastMemoryFetchAt: v.optional(v.number()),
    lastExtractedMessageId: v.optional(v.id("messages")),
    messageCount: v.optional(v.number()),
    lastMessageAt: v.number(),
    parentConversationId: v.optional(v.id("conversations")),
    parentMessageId: v.optional(v.id("messages")),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  moved: { tokenUsage: movedField("phase-6", "conversation/tokenUsage", tokenUsage) },
  indexes: {
    by_user: ["userId"],
    by_user_pinned: ["userId", "pinned"],
    by_projectId: ["projectId"],
    by_parent_conversation: ["parentConversationId"],
  },
  searchIndexes: { search_title: { searchField: "title", filterFields: ["userId", "archived"] } },
});

export const projects = describeTable({
  fields: {
    userId: v.id("users"),
    name: v.string(),
    description: v.optional(v.string()),
    systemPrompt: v.optional(v.string()),
    isTemplate: v.optional(v.boolean()),
    createdFrom: v.optional(v.id("projects")),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  moved: {
    conversationIds: movedField("phase-3", "project/conversationIds", v.array(v.id("conversations"))),
  },
  indexes: { by_user: ["userId"], by_userId_isTemplate: ["userId", "isTemplate"] },
});

export const shares = describeTable({
  fields: {
    userId: v.id("users"),
    conversationId: v.id("conversations"),
    shareId: v.string(),
    title: v.string(),
    expiresAt: v.optional(v.number()),
    isPublic: v.boolean(),
    isActive: v.boolean(),
    password: v.optional(v.string()),
    anonymizeUsernames: v.optional(v.boolean()),
    viewCount: v.number(),
    createdAt: v.number(),
  },
  indexes: { by_share_id: ["shareId"], by_user: ["userId"], by_conversation: ["conversationId"] },
});
