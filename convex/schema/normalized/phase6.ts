/** Token usage: takes the place of `conversations.tokenUsage`, counted from the messages. */
import { v } from "convex/values";
import { describeTable } from "../describeTable.js";

export const conversationTokenUsage = describeTable({
  fields: {
    conversationId: v.id("conversations"),
    model: v.string(),
    totalTokens: v.number(),
    inputTokens: v.number(),
    outputTokens: v.number(),
    reasoningTokens: v.optional(v.number()),
    messageCount: v.number(),
    lastUpdatedAt: v.number(),
    createdAt: v.number(),
  },
  naturalKey: ["conversationId", "model"],
  phase: "phase-6",
  birth: ["createdAt"],
  indexes: {
    by_conversation: ["conversationId"],
    by_conversation_model: ["conversationId", "model"],
    by_model: ["model"],
  },
});
