/** Preferences: `users.preferences`. */
import { v } from "convex/values";
import { describeTable } from "../describeTable.js";
import { oneOf } from "../oneOf.js";

/** One row a leaf, so that one setting is one write; arrays stay one value. */
export const userPreferences = describeTable({
  fields: {
    userId: v.id("users"),
    category: oneOf("appearance", "models", "chat", "audio", "advanced", "customInstructions", "reasoning"),
    key: v.string(),
    value: v.any(),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  naturalKey: ["userId", "key"],
  phase: "phase-4",
  birth: ["createdAt", "updatedAt"],
  indexes: {
    by_user: ["userId"],
    by_user_category: ["userId", "category"],
    by_user_key: ["userId", "key"],
  },
});
