import { v } from "convex/values";
import { describeTable, movedField } from "../describeTable.js";
import { oneOf } from "../oneOf.js";

export const feedback = describeTable({
  fields: {
    userId: v.id("users"),
    userEmail: v.string(),
    userName: v.string(),
    page: v.string(),
    feedbackType: oneOf("bug", "feature", "praise", "other"),
    description: v.string(),
    whatTheyDid: v.optional(v.string()),
    whatTheySaw: v.optional(v.string()),
    whatTheyExpected: v.optional(v.string()),
    screenshotStorageId: v.optional(v.id("_storage")),
    status: oneOf(
      "new",
      "triaging",
      "in-progress",
      "resolved",
      "verified",
      "closed",
      "wont-fix",
      "duplicate",
      "cannot-reproduce",
      "submitted",
      "under-review",
      "planned",
      "shipped",
      "declined",
      "maybe-later",
      "received",
      "acknowledged",
      "shared",
      "reviewed",
      "actioned",
    ),
    priority: v.optional(oneOf("critical", "high", "medium", "low", "none")),
    userSuggestedUrgency: v.optional(oneOf("urgent", "normal", "low")),
    aiTriage: v.optional(
      v.object({
        suggestedPriority: v.string(),
        suggestedTags: v.array(v.string()),
        possibleDuplicateId: v.optional(v.id("feedback")),
        triageNotes: v.string(),
        createdAt: v.number(),
      }),
    ),
    assignedTo: v.optional(v.id("users")),
    archivedAt: v.optional(v.number()),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  moved: { tags: movedField("phase-5", "feedback/tags", v.optional(v.array(v.string()))) },
  indexes: {
    by_user: ["userId"],
    by_status: ["status"],
    by_type: ["feedbackType"],
    by_created: ["createdAt"],
    by_priority: ["priority"],
    by_assigned: ["assignedTo"],
  },
  addedIndexes: { by_status_priority: ["status", "priority"] },
});

/** An autocomplete list, not a junction: that is `feedbackTagJunctions`. */
export const feedbackTags = describeTable({
  fields: {
    name: v.string(),
    color: v.optional(v.string()),
    usageCount: v.number(),
    createdAt: v.number(),
  },
  indexes: { by_name: ["name"], by_usage: ["usageCount"] },
});
