/** What the application's clients may read of the migration's tables: its own word for who calls, and for what a text means. */
import {
  type ActionBuilder,
  actionGeneric,
  type GenericActionCtx,
  internalQueryGeneric,
  type QueryBuilder,
  queryGeneric,
  type UserIdentity,
} from "convex/server";
import type { GenericId } from "convex/values";
import { createReads } from "../../../convex/read/createReads.js";
import { createSearch } from "../../../convex/read/createSearch.js";
import type { DataModel, QueryCtx } from "../../../convex/runtime.js";
import { api } from "./api.js";
import { meaningOf } from "./meaningOf.js";

async function userOf({ db }: QueryCtx, identity: UserIdentity | null): Promise<GenericId<"users"> | null> {
  if (identity === null) return null;
  const user = await db
    .query("users")
    .withIndex("by_clerk_id", (range) => range.eq("clerkId", identity.subject))
    .first();
  return user?._id ?? null;
}

const caller = async (ctx: QueryCtx) => await userOf(ctx, await ctx.auth.getUserIdentity());

const internalQuery = internalQueryGeneric as QueryBuilder<DataModel, "internal">;

export const me = internalQuery({ args: {}, handler: caller });

export const {
  getBookmarks,
  getMessageAttachments,
  getMessageCount,
  getMessageSources,
  getMessageToolCalls,
  getPreference,
  getPreferences,
  getProjectConversations,
  getTags,
  getTokenUsageByModel,
  searchFeedbackTags,
  searchTags,
} = createReads({ query: queryGeneric as QueryBuilder<DataModel, "public">, caller });

export const { hybridSearch } = createSearch({
  action: actionGeneric as ActionBuilder<DataModel, "public">,
  caller: async (ctx: GenericActionCtx<DataModel>): Promise<GenericId<"users"> | null> =>
    await ctx.runQuery(api.reads.me, {}),
  embed: async (_ctx, text) => meaningOf(text),
});
