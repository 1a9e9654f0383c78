/** The two optional tables. The indexes phase 7 adds to existing tables stand with those tables, as `addedIndexes`. */
import { v } from "convex/values";
import { describeTable } from "../describeTable.js";
import { memoryFacts } from "../existing/memories.js";

/** Copied from `memories.metadata`, whose `sourceConversationId` becomes `conversationId`. */
export const memoryMetadata = describeTable({
  fields: {
    memoryId: v.id("memories"),
    conversationId: v.optional(v.id("conversations")),
    messageId: v.optional(v.id("messages")),
    ...memoryFacts,
    createdAt: v.number(),
  },
  naturalKey: ["memoryId"],
  phase: "phase-7",
  option: "memories",
  birth: ["createdAt"],
  indexes: {
    by_memory: ["memoryId"],
    by_conversation: ["conversationId"],
    by_message: ["messageId"],
    by_extracted_at: ["extractedAt"],
    by_superseded: ["supersededBy"],
  },
});

export const memorySources = describeTable({
  fields: { memoryId: v.id("memories"), messageId: v.id("messages"), position: v.number() },
  naturalKey: ["memoryId", "messageId"],
  phase: "phase-7",
  option: "memories",
  bookkeeping: ["position"],
  indexes: { by_memory: ["memoryId"], by_message: ["messageId"] },
});
