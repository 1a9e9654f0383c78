import type { ActionBuilder, FunctionReference, GenericActionCtx, GenericDataModel } from "convex/server";
import { type GenericId, v } from "convex/values";
import { mounted } from "../mount.js";
import type { DataModel } from "../runtime.js";
import { type FoundMessage, mostFound } from "./searchMessages.js";

/** What an application says of itself. Its model has the tables of the migration, and others of its own. */
export interface SearchAdapter<Model extends GenericDataModel> {
  /** Its own builder of public actions. */
  readonly action: ActionBuilder<Model, "public">;
  /** The one who calls; null for nobody. An action has no database: ask a query. */
  readonly caller: (ctx: GenericActionCtx<Model>) => Promise<GenericId<"users"> | null>;
  /** The embedding of a text, by the model that `messages.embedding` come from. */
  readonly embed: (ctx: GenericActionCtx<Model>, text: string) => Promise<number[]>;
}

/**
 * The search that clients may call: by meaning and by words at once, over the caller's messages alone, in all conversations or in one.
 * One vector search, then one query. The vector and full text indexes know a message's `userId`; one without is found by a search of its
 * conversation.
 */
export function createSearch<Model extends GenericDataModel>({ action, caller, embed }: SearchAdapter<Model>) {
  // The search sees the tables it knows of the application's model.
  const known = action as unknown as ActionBuilder<DataModel, "public">;
  return {
    hybridSearch: known({
      args: {
        text: v.string(),
        conversationId: v.optional(v.id("conversations")),
        limit: v.optional(v.number()),
      },
      handler: async (ctx, { text, conversationId, limit = 20 }): Promise<FoundMessage[]> => {
        const own = ctx as unknown as GenericActionCtx<Model>;
        const userId = await caller(own);
        if (userId === null || text.trim() === "") return [];
        const most = Math.min(Math.max(1, Math.floor(limit)), mostFound);
        const near = await ctx.vectorSearch("messages", "by_embedding", {
          vector: await embed(own, text),
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
