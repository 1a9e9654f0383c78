import { v } from "convex/values";
import { describeTable } from "../describeTable.js";
import { oneOf } from "../oneOf.js";

/** What a memory and, with `--with memories`, its row of `memoryMetadata` both say. */
export const memoryFacts = {
  category: v.string(),
  /** 1–10. */
  importance: v.optional(v.number()),
  reasoning: v.optional(v.string()),
  extractedAt: v.optional(v.number()),
  /** 0–1. */
  confidence: v.optional(v.number()),
  verifiedBy: v.optional(oneOf("auto", "manual", "consolidated")),
  expiresAt: v.optional(v.number()),
  version: v.optional(v.number()),
  supersededBy: v.optional(v.id("memories")),
  expirationHint: v.optional(oneOf("contextual", "preference", "deadline", "temporary")),
};

/** Its fields can be copied out (phase 7), but stay. */
export const memories = describeTable({
  fields: {
    userId: v.id("users"),
    content: v.string(),
    embedding: v.array(v.number()),
    conversationId: v.optional(v.id("conversations")),
    sourceMessageId: v.optional(v.id("messages")),
    sourceMessageIds: v.optional(v.array(v.id("messages"))),
    metadata: v.object({ ...memoryFacts, sourceConversationId: v.optional(v.id("conversations")) }),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  indexes: { by_user: ["userId"], by_importance: ["userId", "metadata.importance"] },
  addedIndexes: {
    by_conversation: ["conversationId"],
    by_user_category: ["userId", "metadata.category"],
  },
  searchIndexes: {
    search_content: { searchField: "content", filterFields: ["userId", "metadata.category"] },
  },
  vectorIndexes: {
    by_embedding: { vectorField: "embedding", dimensions: 1536, filterFields: ["userId"] },
  },
});
