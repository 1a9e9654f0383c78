import { type GenericDataModel, type GenericQueryCtx, paginationOptsValidator, type QueryBuilder } from "convex/server";
import { type GenericId, v } from "convex/values";
import type { QueryCtx } from "../runtime.js";
import { userPreferences } from "../schema/normalized/phase4.js";
import { type QueryBuilderWith, withContext } from "../withContext.js";
import { getBookmarks } from "./getBookmarks.js";
import { getMessageAttachments } from "./getMessageAttachments.js";
import { getMessageCount } from "./getMessageCount.js";
import { getMessageSources } from "./getMessageSources.js";
import { getMessageToolCalls } from "./getMessageToolCalls.js";
import { getPreference, getPreferences } from "./getPreferences.js";
import { getProjectConversations } from "./getProjectConversations.js";
import { getTags } from "./getTags.js";
import { getTokenUsageByModel } from "./getTokenUsageByModel.js";
import { type AskedCtx, isAdmin, owns, ownsMessage, ownsTags } from "./ownership.js";
import { emptyPage } from "./page.js";
import { searchTags } from "./searchTags.js";

/** What an application says of itself. Its model has the tables of the migration, and others of its own. */
export interface ReadsAdapter<Model extends GenericDataModel> {
  /** Its own builder of public queries. */
  readonly query: QueryBuilder<Model, "public">;
  /** The one who calls; null for nobody. */
  readonly caller: (ctx: GenericQueryCtx<Model>) => Promise<GenericId<"users"> | null>;
}

type AskedQueryCtx = QueryCtx & Pick<AskedCtx, "userId">;

const paged = { paginationOpts: paginationOptsValidator };

/** One of the four kinds of document that have tags. */
const entity = v.union(
  v.object({ table: v.literal("bookmarks"), documentId: v.id("bookmarks") }),
  v.object({ table: v.literal("snippets"), documentId: v.id("snippets") }),
  v.object({ table: v.literal("notes"), documentId: v.id("notes") }),
  v.object({ table: v.literal("feedback"), documentId: v.id("feedback") }),
);

/**
 * The reads that clients may call. Who calls is what the application's `caller` says, never an argument, and what is another user's
 * answers exactly as what does not exist: an empty page, 0, nothing. Lists fit `usePaginatedQuery`.
 *
 * Tags of feedback, which are everybody's, answer to admins alone (`users.isAdmin`): it is they who triage.
 */
export function createReads<Model extends GenericDataModel>({ query, caller }: ReadsAdapter<Model>) {
  // The reads see the tables they know of the application's model.
  const asked = withContext<QueryBuilderWith<AskedQueryCtx, "public">>(query, async (ctx: GenericQueryCtx<Model>) => ({
    userId: await caller(ctx),
  }));

  return {
    getMessageAttachments: asked({
      args: { messageId: v.id("messages"), ...paged },
      handler: async (ctx, args) =>
        (await ownsMessage(ctx, args.messageId)) ? await getMessageAttachments(ctx, args) : emptyPage,
    }),
    getMessageToolCalls: asked({
      args: { messageId: v.id("messages"), includePartial: v.optional(v.boolean()), ...paged },
      handler: async (ctx, args) =>
        (await ownsMessage(ctx, args.messageId)) ? await getMessageToolCalls(ctx, args) : emptyPage,
    }),
    getMessageSources: asked({
      args: { messageId: v.id("messages"), ...paged },
      handler: async (ctx, args) =>
        (await ownsMessage(ctx, args.messageId)) ? await getMessageSources(ctx, args) : emptyPage,
    }),
    getProjectConversations: asked({
      args: { projectId: v.id("projects"), ...paged },
      handler: async (ctx, args) =>
        (await owns(ctx, args.projectId)) ? await getProjectConversations(ctx, args) : emptyPage,
    }),
    getTokenUsageByModel: asked({
      args: { conversationId: v.id("conversations"), ...paged },
      handler: async (ctx, args) =>
        (await owns(ctx, args.conversationId)) ? await getTokenUsageByModel(ctx, args) : emptyPage,
    }),
    getMessageCount: asked({
      args: { conversationId: v.id("conversations") },
      handler: async (ctx, args) => ((await owns(ctx, args.conversationId)) ? await getMessageCount(ctx, args) : 0),
    }),
    getTags: asked({
      args: { entity, ...paged },
      handler: async (ctx, args) =>
        (await ownsTags(ctx, args.entity))
          ? await getTags(ctx, { ...args.entity, paginationOpts: args.paginationOpts })
          : emptyPage,
    }),
    searchTags: asked({
      args: { prefix: v.string(), ...paged },
      handler: async ({ userId, ...ctx }, args) =>
        userId === null ? emptyPage : await searchTags(ctx, { userId, ...args }),
    }),
    searchFeedbackTags: asked({
      args: { prefix: v.string(), ...paged },
      handler: async (ctx, args) =>
        (await isAdmin(ctx)) ? await searchTags(ctx, { userId: null, ...args }) : emptyPage,
    }),
    getBookmarks: asked({
      args: paged,
      handler: async ({ userId, ...ctx }, args) =>
        userId === null ? emptyPage : await getBookmarks(ctx, { userId, ...args }),
    }),
    getPreferences: asked({
      args: { category: v.optional(userPreferences.fields.category) },
      handler: async ({ userId, ...ctx }, args) =>
        userId === null ? {} : await getPreferences(ctx, { userId, ...args }),
    }),
    getPreference: asked({
      args: { key: v.string() },
      handler: async ({ userId, ...ctx }, args) =>
        userId === null ? null : await getPreference(ctx, { userId, ...args }),
    }),
  };
}
