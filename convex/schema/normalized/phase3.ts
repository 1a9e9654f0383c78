/** Projects and conversations: `projects.conversationIds`. */
import { v } from "convex/values";
import { describeTable } from "../describeTable.js";

/** A conversation is in at most one project; the conversation is the row's parent. */
export const projectConversations = describeTable({
  fields: {
    projectId: v.id("projects"),
    conversationId: v.id("conversations"),
    /** First index in the project's old array, else the conversation's `_creationTime`, which is always greater. */
    position: v.number(),
    addedAt: v.number(),
    addedBy: v.id("users"),
  },
  naturalKey: ["conversationId"],
  phase: "phase-3",
  birth: ["addedAt", "addedBy"],
  bookkeeping: ["position"],
  indexes: {
    by_project: ["projectId", "position"],
    by_conversation: ["conversationId"],
    by_project_conversation: ["projectId", "conversationId"],
  },
});
