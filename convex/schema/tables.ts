/** All tables by name and role. Existing ones stand in spec 3's foreign-key order, normalized ones phase by phase. */
import { adminSettings, emailAlerts, usageRecords } from "./existing/administration.js";
import { conversations, projects, shares } from "./existing/conversations.js";
import { feedback, feedbackTags } from "./existing/feedback.js";
import { memories } from "./existing/memories.js";
import { messages, ttsCache, votes } from "./existing/messages.js";
import { scheduledPrompts, templates } from "./existing/prompts.js";
import { bookmarks, files, notes, snippets } from "./existing/saved.js";
import { dismissedHints, userOnboarding, userStats, users } from "./existing/users.js";
import { attachments, toolCalls } from "./normalized/phase1.js";
import { sourceMetadata, sources } from "./normalized/phase2.js";
import { projectConversations } from "./normalized/phase3.js";
import { userPreferences } from "./normalized/phase4.js";
import { bookmarkTags, feedbackTagJunctions, noteTags, snippetTags, tags } from "./normalized/phase5.js";
import { conversationTokenUsage } from "./normalized/phase6.js";
import { memoryMetadata, memorySources } from "./normalized/phase7.js";
import {
  unnestBatches,
  unnestEvidence,
  unnestJobs,
  unnestLedger,
  unnestMigrations,
  unnestMovedParts,
  unnestOldFieldWrites,
  unnestShadowDifferences,
  unnestSwitches,
  unnestTouches,
} from "./state.js";

/** The application's documents (spec 2). */
export const existingTables = {
  users,
  projects,
  conversations,
  messages,
  memories,
  files,
  bookmarks,
  snippets,
  notes,
  shares,
  scheduledPrompts,
  usageRecords,
  templates,
  votes,
  userOnboarding,
  dismissedHints,
  userStats,
  ttsCache,
  feedback,
  feedbackTags,
  adminSettings,
  emailAlerts,
};

/** The new tables (spec 3). */
export const normalizedTables = {
  attachments,
  toolCalls,
  sourceMetadata,
  sources,
  projectConversations,
  userPreferences,
  tags,
  bookmarkTags,
  snippetTags,
  noteTags,
  feedbackTagJunctions,
  conversationTokenUsage,
  memoryMetadata,
  memorySources,
};

/** The migration's own tables (spec 3). */
export const stateTables = {
  unnestMigrations,
  unnestSwitches,
  unnestBatches,
  unnestTouches,
  unnestJobs,
  unnestLedger,
  unnestMovedParts,
  unnestShadowDifferences,
  unnestEvidence,
  unnestOldFieldWrites,
};

/** Those of the migration's own tables that aggregates go on needing after the migration. */
export const lastingStateTables = { unnestTouches, unnestJobs };
