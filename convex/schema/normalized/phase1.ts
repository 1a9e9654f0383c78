/** Attachments and tool calls: `messages.attachments`, `toolCalls`, `partialToolCalls`. */
import { v } from "convex/values";
import { describeTable } from "../describeTable.js";
import { oneOf } from "../oneOf.js";

export const attachments = describeTable({
  fields: {
    messageId: v.id("messages"),
    conversationId: v.id("conversations"),
    userId: v.id("users"),
    /** Index in the old array, from 0. */
    position: v.number(),
    type: oneOf("image", "file", "audio"),
    name: v.string(),
    storageId: v.id("_storage"),
    mimeType: v.string(),
    size: v.number(),
    metadata: v.optional(
      v.object({
        width: v.optional(v.number()),
        height: v.optional(v.number()),
        duration: v.optional(v.number()),
        prompt: v.optional(v.string()),
        model: v.optional(v.string()),
        generationTime: v.optional(v.number()),
      }),
    ),
    createdAt: v.number(),
  },
  naturalKey: ["messageId", "position"],
  phase: "phase-1",
  birth: ["createdAt"],
  bookkeeping: ["position"],
  indexes: {
    by_message: ["messageId"],
    by_conversation: ["conversationId"],
    by_user: ["userId"],
    by_storage: ["storageId"],
  },
});

/** `json`, or absent: a native value; `text`: the original string, which has no faithful native form. */
const encoding = oneOf("json", "text");

export const toolCalls = describeTable({
  fields: {
    messageId: v.id("messages"),
    conversationId: v.id("conversations"),
    userId: v.id("users"),
    position: v.number(),
    toolCallId: v.string(),
    toolName: v.string(),
    args: v.any(),
    argsEncoding: encoding,
    result: v.optional(v.any()),
    resultEncoding: v.optional(encoding),
    textPosition: v.optional(v.number()),
    isPartial: v.boolean(),
    timestamp: v.number(),
    createdAt: v.number(),
  },
  naturalKey: ["messageId", "toolCallId"],
  phase: "phase-1",
  birth: ["createdAt"],
  bookkeeping: ["position", "argsEncoding", "resultEncoding"],
  indexes: {
    by_message: ["messageId"],
    by_conversation: ["conversationId"],
    by_user: ["userId"],
    by_message_partial: ["messageId", "isPartial"],
    by_message_tool_call: ["messageId", "toolCallId"],
    by_tool: ["toolName"],
  },
});
