/** Conversations and projects, written as an application did before the migration. */
import { v } from "convex/values";
import { internalMutation, mutation } from "./functions.js";

/** A new conversation with copies of a conversation's messages. */
export const branch = mutation({
  args: { conversationId: v.id("conversations"), now: v.number() },
  handler: async ({ db }, { conversationId, now }) => {
    const from = await db.get(conversationId);
    if (from === null) throw new Error("no such conversation");
    const { _id, _creationTime, projectId, tokenUsage, ...fields } = from;
    const branchId = await db.insert("conversations", { ...fields, parentConversationId: _id, updatedAt: now });
    const messages = await db
      .query("messages")
      .withIndex("by_conversation", (range) => range.eq("conversationId", _id))
      .collect();
    for (const { _id: _, _creationTime: __, ...message } of messages) {
      await db.insert("messages", { ...message, conversationId: branchId });
    }
    return branchId;
  },
});

/** Into a project, out of the one it was in. */
export const move = mutation({
  args: { conversationId: v.id("conversations"), projectId: v.id("projects") },
  handler: async ({ db }, { conversationId, projectId }) => {
    const conversation = await db.get(conversationId);
    const project = await db.get(projectId);
    if (conversation === null || project === null) throw new Error("no such conversation or project");
    const from = conversation.projectId && (await db.get(conversation.projectId));
    if (from) {
      const conversationIds = (from.conversationIds ?? []).filter((id) => id !== conversationId);
      await db.patch(from._id, { conversationIds });
    }
    await db.patch(conversationId, { projectId });
    await db.patch(projectId, { conversationIds: [...(project.conversationIds ?? []), conversationId] });
  },
});

/** Its messages first, then the conversation itself. */
export const remove = mutation({
  args: { conversationId: v.id("conversations") },
  handler: async ({ db }, { conversationId }) => {
    const messages = await db
      .query("messages")
      .withIndex("by_conversation", (range) => range.eq("conversationId", conversationId))
      .collect();
    for (const { _id } of messages) await db.delete(_id);
    await db.delete("conversations", conversationId);
  },
});

/** The conversation alone; a scheduled clean-up sees to its messages. */
export const removeAlone = internalMutation({
  args: { conversationId: v.id("conversations") },
  handler: async ({ db }, { conversationId }) => await db.delete(conversationId),
});

export const removeProject = mutation({
  args: { projectId: v.id("projects") },
  handler: async ({ db }, { projectId }) => await db.delete(projectId),
});
