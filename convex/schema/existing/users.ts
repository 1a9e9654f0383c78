import { v } from "convex/values";
import { describeTable, movedField } from "../describeTable.js";
import { oneOf } from "../oneOf.js";

/** The old `users.preferences`; the lengths of its texts are checked where they are written, not here. */
const preferences = v.object({
  theme: oneOf("light", "dark"),
  defaultModel: v.string(),
  favoriteModels: v.optional(v.array(v.string())),
  recentModels: v.optional(v.array(v.string())),
  newChatModelSelection: v.optional(oneOf("fixed", "recent")),
  sendOnEnter: v.boolean(),
  codeTheme: v.optional(v.string()),
  fontSize: v.optional(v.string()),
  customInstructions: v.optional(
    v.object({
      aboutUser: v.string(),
      responseStyle: v.string(),
      enabled: v.boolean(),
      baseStyleAndTone: v.optional(
        oneOf("default", "professional", "friendly", "candid", "quirky", "efficient", "nerdy", "cynical"),
      ),
      nickname: v.optional(v.string()),
      occupation: v.optional(v.string()),
      moreAboutYou: v.optional(v.string()),
    }),
  ),
  alwaysShowMessageActions: v.optional(v.boolean()),
  sttEnabled: v.optional(v.boolean()),
  sttProvider: v.optional(oneOf("openai", "deepgram", "assemblyai", "groq")),
  ttsEnabled: v.optional(v.boolean()),
  ttsProvider: v.optional(v.string()),
  ttsVoice: v.optional(v.string()),
  ttsSpeed: v.optional(v.number()),
  ttsAutoRead: v.optional(v.boolean()),
  enableHybridSearch: v.optional(v.boolean()),
  showModelNamesDuringComparison: v.optional(v.boolean()),
  reasoning: v.optional(
    v.object({
      showByDefault: v.optional(v.boolean()),
      autoExpand: v.optional(v.boolean()),
      showDuringStreaming: v.optional(v.boolean()),
    }),
  ),
  chatWidth: v.optional(oneOf("narrow", "standard", "wide", "full")),
  showMessageStatistics: v.optional(v.boolean()),
  showComparisonStatistics: v.optional(v.boolean()),
  showNotes: v.optional(v.boolean()),
  showTemplates: v.optional(v.boolean()),
  showProjects: v.optional(v.boolean()),
  showBookmarks: v.optional(v.boolean()),
});

export const users = describeTable({
  fields: {
    clerkId: v.string(),
    email: v.string(),
    name: v.string(),
    imageUrl: v.optional(v.string()),
    isAdmin: v.optional(v.boolean()),
    dailyMessageCount: v.optional(v.number()),
    lastMessageDate: v.optional(v.string()),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  moved: { preferences: movedField("phase-4", "user/preferences", preferences) },
  indexes: { by_clerk_id: ["clerkId"], by_email: ["email"] },
});

export const userOnboarding = describeTable({
  fields: {
    userId: v.id("users"),
    tourCompleted: v.boolean(),
    tourCompletedAt: v.optional(v.number()),
    tourSkipped: v.boolean(),
    tourSkippedAt: v.optional(v.number()),
    tourStep: v.optional(v.number()),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  indexes: { by_user: ["userId"] },
});

export const dismissedHints = describeTable({
  fields: {
    userId: v.id("users"),
    featureId: v.string(),
    dismissedAt: v.number(),
    viewCount: v.number(),
    createdAt: v.number(),
  },
  indexes: { by_user: ["userId"], by_user_feature: ["userId", "featureId"] },
});

export const userStats = describeTable({
  fields: {
    userId: v.id("users"),
    totalMessages: v.number(),
    totalConversations: v.number(),
    totalSearches: v.number(),
    totalBookmarks: v.number(),
    longMessageCount: v.number(),
    messagesInCurrentConvo: v.number(),
    consecutiveSearches: v.number(),
    promptPatternCount: v.any(),
    lastUpdated: v.number(),
  },
  indexes: { by_user: ["userId"] },
});
