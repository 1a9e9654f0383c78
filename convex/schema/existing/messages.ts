import { v } from "convex/values";
import { describeTable, movedField } from "../describeTable.js";
import { oneOf } from "../oneOf.js";

/** How a comparison of two answers was judged. */
const rating = oneOf("left_better", "right_better", "tie", "both_bad");

const attachments = v.optional(
  v.array(
    v.object({
      type: oneOf("file", "image", "audio"),
      name: v.string(),
      storageId: v.string(),
      mimeType: v.string(),
      size: v.number(),
      metadata: v.optional(v.any()),
    }),
  ),
);

/** `arguments` and `result` are JSON as text. */
const toolCalls = v.optional(
  v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      arguments: v.string(),
      result: v.optional(v.string()),
      timestamp: v.number(),
      textPosition: v.optional(v.number()),
    }),
  ),
);

/** `id` is the citation marker: "1", "2", … */
const sources = v.optional(
  v.array(
    v.object({
      id: v.string(),
      title: v.string(),
      url: v.string(),
      publishedDate: v.optional(v.string()),
      snippet: v.optional(v.string()),
    }),
  ),
);

/** `sourceId` is an `id` of `sources`. */
const sourceMetadata = v.optional(
  v.array(
    v.object({
      sourceId: v.string(),
      ogTitle: v.optional(v.string()),
      ogDescription: v.optional(v.string()),
      ogImage: v.optional(v.string()),
      favicon: v.optional(v.string()),
      domain: v.string(),
      fetchedAt: v.optional(v.number()),
      error: v.optional(v.string()),
    }),
  ),
);

export const messages = describeTable({
  fields: {
    conversationId: v.id("conversations"),
    userId: v.optional(v.id("users")),
    role: oneOf("user", "assistant", "system"),
    content: v.string(),
    partialContent: v.optional(v.string()),
    status: oneOf("pending", "generating", "complete", "error"),
    model: v.optional(v.string()),
    inputTokens: v.optional(v.number()),
    outputTokens: v.optional(v.number()),
    cost: v.optional(v.number()),
    reasoning: v.optional(v.string()),
    partialReasoning: v.optional(v.string()),
    reasoningTokens: v.optional(v.number()),
    thinkingStartedAt: v.optional(v.number()),
    thinkingCompletedAt: v.optional(v.number()),
    error: v.optional(v.string()),
    embedding: v.optional(v.array(v.number())),
    providerMetadata: v.optional(v.any()),
    parentMessageId: v.optional(v.id("messages")),
    branchLabel: v.optional(v.string()),
    branchIndex: v.optional(v.number()),
    comparisonGroupId: v.optional(v.string()),
    consolidatedMessageId: v.optional(v.id("messages")),
    isConsolidation: v.optional(v.boolean()),
    votes: v.optional(v.object({ rating, isWinner: v.boolean(), votedAt: v.number() })),
    generationStartedAt: v.optional(v.number()),
    generationCompletedAt: v.optional(v.number()),
    firstTokenAt: v.optional(v.number()),
    tokensPerSecond: v.optional(v.number()),
    memoryExtracted: v.optional(v.boolean()),
    memoryExtractedAt: v.optional(v.number()),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  moved: {
    attachments: movedField("phase-1", "message/attachments", attachments),
    toolCalls: movedField("phase-1", "message/toolCalls", toolCalls),
    partialToolCalls: movedField("phase-1", "message/toolCalls", toolCalls),
    sources: movedField("phase-2", "message/sources", sources),
    partialSources: movedField("phase-2", "message/sources", sources),
    sourceMetadata: movedField("phase-2", "message/sources", sourceMetadata),
  },
  indexes: {
    by_conversation: ["conversationId"],
    by_user: ["userId"],
    by_status: ["status"],
    by_parent: ["parentMessageId"],
    by_comparison_group: ["comparisonGroupId"],
    by_consolidated_message: ["consolidatedMessageId"],
  },
  addedIndexes: {
    by_conversation_created: ["conversationId", "createdAt"],
    by_conversation_role: ["conversationId", "role"],
  },
  searchIndexes: {
    search_content: { searchField: "content", filterFields: ["conversationId", "userId", "role"] },
  },
  vectorIndexes: {
    by_embedding: { vectorField: "embedding", dimensions: 1536, filterFields: ["conversationId", "userId"] },
  },
});

export const votes = describeTable({
  fields: {
    userId: v.id("users"),
    comparisonGroupId: v.string(),
    winnerId: v.optional(v.id("messages")),
    rating,
    votedAt: v.number(),
  },
  indexes: { by_user: ["userId"], by_comparison: ["comparisonGroupId"] },
});

export const ttsCache = describeTable({
  fields: {
    hash: v.string(),
    storageId: v.id("_storage"),
    text: v.string(),
    voice: v.string(),
    speed: v.number(),
    format: v.string(),
    createdAt: v.number(),
    lastAccessedAt: v.number(),
  },
  indexes: { by_hash: ["hash"] },
});
