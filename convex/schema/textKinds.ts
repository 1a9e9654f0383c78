/**
 * What the model's texts are, where that matters to whoever replaces personal text: beside the tables, since they alone know. Ids,
 * literals and enumerations are public by their validators and do not stand here. Any other text that is not named here is personal.
 *
 * - `public`: tells nothing of a person, and rules decide by it (a model's name, a mime type, a citation marker, a date); of an array or
 *   object, all that is in it.
 * - `tag`: spellings of one tag stay spellings of one tag; `/` parts its levels.
 * - `json`: JSON as text; its texts and keys are personal, its form is not.
 * - `urlHash`: follows from the `url` beside it.
 */
import { touchKinds } from "./touchKinds.js";

export type TextKind = "public" | "tag" | "json" | "urlHash";

/** By table, then by path: `schedule.timezone`, `toolCalls[].arguments`; keys of records and of values of any shape are not in it. */
export const textKinds: Readonly<Record<string, Readonly<Record<string, TextKind>>>> = {
  users: { lastMessageDate: "public" },
  conversations: { model: "public" },
  messages: {
    model: "public",
    "attachments[].mimeType": "public",
    "attachments[].metadata.model": "public",
    "toolCalls[].name": "public",
    "toolCalls[].arguments": "json",
    "toolCalls[].result": "json",
    "partialToolCalls[].name": "public",
    "partialToolCalls[].arguments": "json",
    "partialToolCalls[].result": "json",
    "sources[].id": "public",
    "sources[].publishedDate": "public",
    "partialSources[].id": "public",
    "partialSources[].publishedDate": "public",
    "sourceMetadata[].sourceId": "public",
  },
  files: { mimeType: "public" },
  bookmarks: { "tags[]": "tag" },
  snippets: { "tags[]": "tag" },
  notes: { "tags[]": "tag", "suggestedTags[]": "tag" },
  feedback: { "tags[]": "tag", "aiTriage.suggestedTags[]": "tag" },
  feedbackTags: { name: "tag", color: "public" },
  scheduledPrompts: { model: "public", "schedule.time": "public", "schedule.timezone": "public" },
  usageRecords: { date: "public", model: "public", "warningsSent[]": "public" },
  emailAlerts: { "metadata.modelId": "public" },
  ttsCache: { voice: "public", format: "public" },
  _storage: { contentType: "public" },
  attachments: { mimeType: "public", "metadata.model": "public" },
  toolCalls: { toolName: "public" },
  sourceMetadata: { urlHash: "urlHash" },
  sources: { urlHash: "urlHash", publishedDate: "public" },
  userPreferences: { key: "public" },
  tags: { slug: "tag", displayName: "tag", path: "tag", color: "public" },
  bookmarkTags: { label: "tag" },
  snippetTags: { label: "tag" },
  noteTags: { label: "tag" },
  feedbackTagJunctions: { label: "tag" },
  conversationTokenUsage: { model: "public" },
  unnestMigrations: { migrationId: "public", name: "public" },
  unnestSwitches: { migrationId: "public" },
  unnestBatches: { batchId: "public", migrationId: "public", hash: "public", answer: "public" },
  unnestTouches: { migrationId: "public", kind: "public", key: "public" },
  unnestJobs: { migrationId: "public", kind: "public", table: "public", cursor: "public" },
  unnestLedger: { migrationId: "public", table: "public", part: "public" },
  unnestMovedParts: { migrationId: "public", table: "public", part: "public", fingerprint: "public" },
  unnestShadowDifferences: { reader: "public", table: "public" },
  unnestEvidence: { migrationId: "public", name: "public", "pass.next": "public" },
  unnestOldFieldWrites: { table: "public", field: "public" },
};

/** Keys that rules know, in values of any shape; every other key there is text. */
export const knownKeys: readonly string[] = [
  ...["openrouter", "perplexity"],
  ...["width", "height", "duration", "prompt", "model", "generationTime"],
  ...Object.values(touchKinds).flatMap(({ counts, times }) => [...counts, ...times]),
];
