/** Sources: `messages.sources`, `partialSources`, `sourceMetadata`. */
import { v } from "convex/values";
import { describeTable } from "../describeTable.js";
import { oneOf } from "../oneOf.js";

/** One row a page that anything cites. */
export const sourceMetadata = describeTable({
  fields: {
    urlHash: v.string(),
    /** Normalized. */
    url: v.string(),
    domain: v.string(),
    title: v.optional(v.string()),
    description: v.optional(v.string()),
    ogImage: v.optional(v.string()),
    favicon: v.optional(v.string()),
    siteName: v.optional(v.string()),
    enriched: v.boolean(),
    enrichedAt: v.optional(v.number()),
    enrichmentError: v.optional(v.string()),
    firstSeenAt: v.number(),
    lastAccessedAt: v.number(),
    accessCount: v.number(),
  },
  naturalKey: ["urlHash"],
  phase: "phase-2",
  applicationOwned: ["siteName"],
  indexes: {
    by_urlHash: ["urlHash"],
    by_url: ["url"],
    by_domain: ["domain"],
    by_access_count: ["accessCount"],
  },
});

export const sources = describeTable({
  fields: {
    messageId: v.id("messages"),
    conversationId: v.id("conversations"),
    userId: v.id("users"),
    sourceMetadataId: v.id("sourceMetadata"),
    urlHash: v.string(),
    /** The citation marker, from 1. */
    position: v.number(),
    provider: oneOf("openrouter", "perplexity", "generic", "tool"),
    /** As cited. */
    url: v.string(),
    title: v.optional(v.string()),
    snippet: v.optional(v.string()),
    publishedDate: v.optional(v.string()),
    isPartial: v.boolean(),
    createdAt: v.number(),
  },
  naturalKey: ["messageId", "position"],
  phase: "phase-2",
  birth: ["createdAt"],
  indexes: {
    by_message: ["messageId"],
    by_conversation: ["conversationId", "createdAt"],
    by_urlHash: ["urlHash"],
    by_user: ["userId", "createdAt"],
    by_source_metadata: ["sourceMetadataId"],
  },
});
