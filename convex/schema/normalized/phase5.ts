/** Tags: the `tags` arrays of bookmarks, snippets, notes and feedback, and the names in `feedbackTags`. */
import { v } from "convex/values";
import { describeTable } from "../describeTable.js";
import { oneOf } from "../oneOf.js";

export const tags = describeTable({
  fields: {
    scope: oneOf("user", "global"),
    /** Absent for global tags. */
    userId: v.optional(v.id("users")),
    slug: v.string(),
    displayName: v.string(),
    /** `/` + slug. */
    path: v.string(),
    /** 0 for a root. */
    depth: v.number(),
    parentId: v.optional(v.id("tags")),
    /** Links that point at this tag itself. */
    usageCount: v.number(),
    color: v.optional(v.string()),
    description: v.optional(v.string()),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  naturalKey: ["scope", "userId", "slug"],
  phase: "phase-5",
  birth: ["createdAt", "updatedAt"],
  applicationOwned: ["displayName", "color", "description"],
  indexes: {
    by_user_slug: ["userId", "slug"],
    by_user_usage: ["userId", "usageCount"],
    by_scope_slug: ["scope", "slug"],
    by_parent: ["parentId"],
    by_user_path: ["userId", "path"],
  },
});

/** What every junction has besides its entity. */
const link = {
  tagId: v.id("tags"),
  userId: v.id("users"),
  /** As this entity spelled the tag, untrimmed. */
  label: v.string(),
  position: v.number(),
  createdAt: v.number(),
};

export const bookmarkTags = describeTable({
  fields: { bookmarkId: v.id("bookmarks"), ...link },
  naturalKey: ["bookmarkId", "tagId"],
  phase: "phase-5",
  birth: ["createdAt"],
  bookkeeping: ["label", "position"],
  indexes: {
    by_bookmark: ["bookmarkId"],
    by_tag: ["tagId"],
    by_user: ["userId"],
    by_bookmark_tag: ["bookmarkId", "tagId"],
  },
});

export const snippetTags = describeTable({
  fields: { snippetId: v.id("snippets"), ...link },
  naturalKey: ["snippetId", "tagId"],
  phase: "phase-5",
  birth: ["createdAt"],
  bookkeeping: ["label", "position"],
  indexes: {
    by_snippet: ["snippetId"],
    by_tag: ["tagId"],
    by_user: ["userId"],
    by_snippet_tag: ["snippetId", "tagId"],
  },
});

export const noteTags = describeTable({
  fields: { noteId: v.id("notes"), ...link },
  naturalKey: ["noteId", "tagId"],
  phase: "phase-5",
  birth: ["createdAt"],
  bookkeeping: ["label", "position"],
  indexes: {
    by_note: ["noteId"],
    by_tag: ["tagId"],
    by_user: ["userId"],
    by_note_tag: ["noteId", "tagId"],
  },
});

export const feedbackTagJunctions = describeTable({
  fields: { feedbackId: v.id("feedback"), ...link },
  naturalKey: ["feedbackId", "tagId"],
  phase: "phase-5",
  birth: ["createdAt"],
  bookkeeping: ["label", "position"],
  indexes: {
    by_feedback: ["feedbackId"],
    by_tag: ["tagId"],
    by_user: ["userId"],
    by_feedback_tag: ["feedbackId", "tagId"],
  },
});
