/** What is measured: each optimized function beside the one an application had before, in worlds of two sizes, the second ten-fold. */
import { deleteConversation } from "../../../convex/helpers/deletes.js";
import { mounted } from "../../../convex/mount.js";
import { getBookmarks } from "../../../convex/read/getBookmarks.js";
import { getMessageCount } from "../../../convex/read/getMessageCount.js";
import { getProjectConversations } from "../../../convex/read/getProjectConversations.js";
import { searchTags } from "../../../convex/read/searchTags.js";
import type { MutationCtx, QueryCtx } from "../../../convex/runtime.js";
import { startSync } from "../../../convex/sync/sync.js";
import { completeTag } from "../baseline/completeTag.js";
import { countMessages } from "../baseline/countMessages.js";
import { deleteConversation as scanAndDelete } from "../baseline/deleteConversation.js";
import { findMessages } from "../baseline/findMessages.js";
import { listBookmarks } from "../baseline/listBookmarks.js";
import { listProjectConversations } from "../baseline/listProjectConversations.js";
import { type CostWorld, costWorld, type Era } from "./costWorld.js";

type Run = (ctx: QueryCtx & MutationCtx, world: CostWorld) => Promise<unknown>;

export interface CostCase {
  readonly name: string;
  /** What grows; in the table behind its number. */
  readonly of: string;
  readonly sizes: readonly [number, number];
  readonly world: (era: Era, size: number) => Promise<CostWorld>;
  /** As an application had it. */
  readonly before: Run;
  readonly now: Run;
  /** At least so many times fewer documents and bytes (spec 8), where there is a goal. */
  readonly goal?: number;
}

const text = "cat";

/** With the vector search done, which is an action's and no part of a transaction. */
async function searched(world: CostWorld): Promise<CostWorld> {
  const { deployment, user } = world;
  const hits = await deployment.action(
    async (ctx) =>
      await ctx.vectorSearch("messages", "by_embedding", {
        vector: [1, 0, 0.1],
        limit: 40,
        filter: (search) => search.eq("userId", user),
      }),
  );
  return { ...world, near: hits.map(({ _id }) => _id) };
}

export const costCases: readonly CostCase[] = [
  {
    name: "delete a conversation of 10 messages",
    of: "conversations",
    sizes: [100, 1_000],
    world: (era, conversations) => costWorld(era, { conversations, messages: 10, bookmarks: 10 }),
    before: (ctx, { conversation }) => scanAndDelete(ctx, { conversationId: conversation }),
    now: async (ctx, { conversation }) =>
      await deleteConversation({ ...ctx, unnest: await startSync(ctx) }, conversation),
    goal: 10,
  },
  {
    name: "bookmarks, a page of 50",
    of: "bookmarks",
    sizes: [400, 4_000],
    world: (era, bookmarks) => costWorld(era, { conversations: bookmarks / 10, messages: 10, bookmarks }),
    before: (ctx, { user }) => listBookmarks(ctx, { userId: user }),
    now: (ctx, { user }) => getBookmarks(ctx, { userId: user }),
    goal: 7,
  },
  {
    name: "hybrid search, 20 hits",
    of: "messages",
    sizes: [1_000, 10_000],
    world: async (era, messages) =>
      await searched(await costWorld(era, { conversations: 10, messages: messages / 10 })),
    before: (ctx, { user }) => findMessages(ctx, { userId: user, text }),
    now: async (ctx, { user, near = [] }) =>
      await ctx.runQuery(mounted("query", "searchMessages"), { userId: user, text, limit: 20, near: [...near] }),
    goal: 10,
  },
  {
    name: "tag autocomplete, 20 suggestions",
    of: "tags",
    sizes: [200, 2_000],
    world: (era, bookmarks) => costWorld(era, { messages: bookmarks, bookmarks }),
    before: (ctx, { user }) => completeTag(ctx, { userId: user, prefix: "Ta" }),
    now: (ctx, { user }) => searchTags(ctx, { userId: user, prefix: "Ta" }),
  },
  {
    name: "message count of a conversation",
    of: "messages",
    sizes: [100, 1_000],
    world: (era, messages) => costWorld(era, { messages }),
    before: (ctx, { conversation }) => countMessages(ctx, { conversationId: conversation }),
    now: (ctx, { conversation }) => getMessageCount(ctx, { conversationId: conversation }),
  },
  {
    name: "a project's conversations, a page of 50",
    of: "conversations",
    sizes: [100, 1_000],
    world: (era, conversations) => costWorld(era, { conversations }),
    before: (ctx, { project }) => listProjectConversations(ctx, { projectId: project }),
    now: (ctx, { project }) => getProjectConversations(ctx, { projectId: project }),
  },
];
