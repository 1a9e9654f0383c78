import type { ActionBuilder, FunctionReference, GenericActionCtx } from "convex/server";
import { type GenericId, v } from "convex/values";
import { mounted } from "../mount.js";
import type { DataModel } from "../runtime.js";
import { type FoundMessage, mostFound } from "./searchMessages.js";

type ActionCtx = GenericActionCtx<DataModel>;

/** What an application says of itself. */
export interface SearchAdapter {
  /** Its own builder of public actions. */
  readonly action: ActionBuilder<DataModel, "public">;
  /** The one who calls; null for nobody. An action has no database: ask a query. */
  readonly caller: (ctx: ActionCtx) => Promise<GenericId<"users"> | null>;
  /** The embedding of a text, by the model that `messages.embedding` come from. */
  readonly embed: (ctx: ActionCtx, text: string) => Promise<number[]>;
}

/**
 * The search that clients may call: by meaning and by words at once, over the caller's messages alone, in all conversations or in one.
 * One vector search, then one query. The vector and full text indexes know a message's `userId`; one without is found by a search of its
 * conversation.
 */
export function createSearch({ action, caller, embed }: SearchAdapter) {
  return {
    hybridSearch: action({
      args: {
        text: v.string(),
        conversationId: v.optional(v.id("conversations")),
        limit: v.optional(v.number()),
      },
      handler: async (ctx, { text, conversationId, limit = 20 }): Promise<FoundMessage[]> => {
        const userId = await caller(ctx);
        if (userId === null || text.trim() === "") return [];
        const most = Math.min(Math.max(1, Math.floor(limit)), mostFound);
        const near = await ctx.vectorSearch("messages", "by_embedding", {
          vector: await embed(ctx, text),
          limit: 2 * most,
          filter: (search) =>
            conversationId === undefined ? search.eq("userId", userId) : search.eq("conversationId", conversationId),
        });
        return await ctx.runQuery(searchMessages, {
          userId,
          text,
          limit: most,
          near: near.map(({ _id }) => _id),
          ...(conversationId === undefined ? {} : { conversationId }),
        });
      },
    }),
  };
}

const searchMessages = mounted("query", "searchMessages") as FunctionReference<
  "query",
  "internal",
  Record<string, unknown>,
  FoundMessage[]
>;
