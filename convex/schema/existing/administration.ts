import { v } from "convex/values";
import { describeTable } from "../describeTable.js";
import { oneOf } from "../oneOf.js";

export const usageRecords = describeTable({
  fields: {
    userId: v.id("users"),
    date: v.string(),
    model: v.string(),
    conversationId: v.optional(v.id("conversations")),
    inputTokens: v.number(),
    outputTokens: v.number(),
    reasoningTokens: v.optional(v.number()),
    cost: v.number(),
    messageCount: v.number(),
    warningsSent: v.optional(v.array(v.string())),
  },
  indexes: {
    by_user_date: ["userId", "date"],
    by_user: ["userId"],
    by_user_date_model: ["userId", "date", "model"],
    by_conversation: ["conversationId"],
  },
});

export const adminSettings = describeTable({
  fields: {
    autoMemoryExtractEnabled: v.boolean(),
    autoMemoryExtractInterval: v.number(),
    enableHybridSearch: v.boolean(),
    defaultMonthlyBudget: v.number(),
    defaultBudgetAlertThreshold: v.number(),
    budgetHardLimitEnabled: v.boolean(),
    defaultDailyMessageLimit: v.number(),
    alertEmail: v.string(),
    updatedBy: v.id("users"),
    updatedAt: v.number(),
  },
});

export const emailAlerts = describeTable({
  fields: {
    type: oneOf("budget_80_percent", "budget_exceeded", "api_credits_exhausted"),
    recipientEmail: v.string(),
    sentAt: v.number(),
    metadata: v.optional(
      v.object({
        budgetAmount: v.optional(v.number()),
        spentAmount: v.optional(v.number()),
        errorMessage: v.optional(v.string()),
        modelId: v.optional(v.string()),
      }),
    ),
  },
  indexes: { by_type_sent: ["type", "sentAt"] },
});
