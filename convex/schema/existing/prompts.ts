import { v } from "convex/values";
import { describeTable } from "../describeTable.js";
import { oneOf } from "../oneOf.js";

export const scheduledPrompts = describeTable({
  fields: {
    userId: v.id("users"),
    prompt: v.string(),
    schedule: v.object({
      type: oneOf("daily", "weekly", "monthly"),
      time: v.string(),
      dayOfWeek: v.optional(v.number()),
      dayOfMonth: v.optional(v.number()),
      timezone: v.string(),
    }),
    model: v.string(),
    projectId: v.optional(v.id("projects")),
    isActive: v.boolean(),
    lastRunAt: v.optional(v.number()),
    nextRunAt: v.number(),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  indexes: { by_user: ["userId"], by_next_run: ["nextRunAt", "isActive"] },
});

export const templates = describeTable({
  fields: {
    userId: v.optional(v.id("users")),
    name: v.string(),
    prompt: v.string(),
    description: v.optional(v.string()),
    category: v.string(),
    isBuiltIn: v.boolean(),
    isPublic: v.boolean(),
    usageCount: v.number(),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  indexes: { by_user: ["userId"], by_category: ["category", "isBuiltIn"] },
  searchIndexes: {
    search_templates: { searchField: "name", filterFields: ["userId", "isBuiltIn", "category"] },
  },
});
