/** Messages, written as an application did before the migration: nothing here knows of new tables. */
import { v } from "convex/values";
import { mutation } from "./functions.js";

const attachment = v.object({
  type: v.union(v.literal("file"), v.literal("image"), v.literal("audio")),
  name: v.string(),
  storageId: v.string(),
  mimeType: v.string(),
  size: v.number(),
});

const toolCall = v.object({
  id: v.string(),
  name: v.string(),
  arguments: v.string(),
  result: v.optional(v.string()),
  timestamp: v.number(),
  textPosition: v.optional(v.number()),
});

const source = v.object({ id: v.string(), title: v.string(), url: v.string() });

/** A user's message and the empty answer that is streamed into; counts both, as the application always did. */
export const send = mutation({
  args: {
    conversationId: v.id("conversations"),
    content: v.string(),
    attachments: v.optional(v.array(attachment)),
    now: v.number(),
  },
  handler: async ({ db }, { conversationId, content, attachments, now }) => {
    const conversation = await db.get(conversationId);
    if (conversation === null) throw new Error("no such conversation");
    const times = { conversationId, createdAt: now, updatedAt: now };
    await db.insert("messages", {
      ...times,
      userId: conversation.userId,
      role: "user",
      content,
      status: "complete",
      ...(attachments && { attachments }),
    });
    const answerId = await db.insert("messages", {
      ...times,
      role: "assistant",
      content: "",
      status: "generating",
      model: conversation.model,
    });
    const messageCount = (conversation.messageCount ?? 0) + 2;
    await db.patch(conversationId, { messageCount, lastMessageAt: now });
    return answerId;
  },
});

/** Called several times a second while an answer is written. */
export const streamContent = mutation({
  args: { messageId: v.id("messages"), partialContent: v.string() },
  handler: async ({ db }, { messageId, partialContent }) => {
    await db.patch(messageId, { partialContent });
  },
});

export const streamToolCalls = mutation({
  args: { messageId: v.id("messages"), partialToolCalls: v.array(toolCall) },
  handler: async ({ db }, { messageId, partialToolCalls }) => {
    await db.patch("messages", messageId, { partialToolCalls });
  },
});

export const complete = mutation({
  args: {
    messageId: v.id("messages"),
    content: v.string(),
    inputTokens: v.number(),
    outputTokens: v.number(),
    toolCalls: v.optional(v.array(toolCall)),
    sources: v.optional(v.array(source)),
    now: v.number(),
  },
  handler: async ({ db }, { messageId, now, ...answer }) => {
    await db.patch(messageId, { ...answer, partialContent: undefined, status: "complete", updatedAt: now });
  },
});

/** Writes the whole document, as some applications do. */
export const edit = mutation({
  args: { messageId: v.id("messages"), content: v.string(), now: v.number() },
  handler: async ({ db }, { messageId, content, now }) => {
    const message = await db.get(messageId);
    if (message === null) throw new Error("no such message");
    const { _id, _creationTime, ...fields } = message;
    await db.replace(messageId, { ...fields, content, updatedAt: now });
  },
});

export const remove = mutation({
  args: { messageId: v.id("messages") },
  handler: async ({ db }, { messageId }) => {
    const message = await db.get(messageId);
    if (message === null) return;
    await db.delete(messageId);
    const conversation = await db.get(message.conversationId);
    if (conversation === null) return;
    await db.patch(conversation._id, { messageCount: (conversation.messageCount ?? 1) - 1 });
  },
});
