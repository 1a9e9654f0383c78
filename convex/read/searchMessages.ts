import { type GenericId, v } from "convex/values";
import { convexSize } from "../../transforms/convexSize.js";
import type { Doc } from "../documents.js";
import { internalQuery, type QueryCtx } from "../runtime.js";
import { isReadable } from "./ownership.js";
import { maxPageBytes } from "./page.js";

/** At most this many messages a search gives; twice as many candidates of either kind are looked at. */
export const mostFound = 64;

/** A message that was found, without its embedding, which is most of its bytes. */
export interface FoundMessage {
  readonly message: Omit<Doc<"messages">, "embedding">;
  /** Greater is better; comparable within one search. */
  readonly score: number;
}

/**
 * Merges what is near in meaning with what full text search finds, by reciprocal rank, and reads the documents of those at the top alone:
 * at most `2 × limit` for the words, `limit` more for the meaning, and the conversations they stand in.
 *
 * @param near ids by vector search, the nearest first
 * @param userId only this user's messages are given
 */
export const searchMessages = internalQuery({
  args: {
    userId: v.id("users"),
    conversationId: v.optional(v.id("conversations")),
    text: v.string(),
    near: v.array(v.id("messages")),
    limit: v.number(),
  },
  handler: async (ctx, { userId, conversationId, text, near, limit }): Promise<FoundMessage[]> => {
    const known = new Map<GenericId<"messages">, Doc<"messages">>();
    for (const message of await withWords(ctx, userId, conversationId, text, 2 * limit))
      known.set(message._id, message);
    const homes = new Map<GenericId<"conversations">, Doc<"conversations"> | null>();
    const found: FoundMessage[] = [];
    let bytes = 0;
    for (const [id, score] of byReciprocalRank([near, [...known.keys()]]).slice(0, 2 * limit)) {
      const message = known.get(id) ?? (await ctx.db.get(id));
      if (message === null) continue;
      const { conversationId: home } = message;
      if (!homes.has(home)) homes.set(home, await ctx.db.get(home));
      if (!isReadable(message, homes.get(home) ?? null, userId)) continue;
      const { embedding: _, ...rest } = message;
      found.push({ message: rest, score });
      bytes += convexSize(message);
      if (found.length === limit || bytes > maxPageBytes) break;
    }
    return found;
  },
});

/** Messages that hold words of the text, the best first, until their bytes are enough. */
async function withWords(
  { db }: Pick<QueryCtx, "db">,
  userId: GenericId<"users">,
  conversationId: GenericId<"conversations"> | undefined,
  text: string,
  most: number,
): Promise<Doc<"messages">[]> {
  const hits = db.query("messages").withSearchIndex("search_content", (search) => {
    const words = search.search("content", text);
    return conversationId === undefined ? words.eq("userId", userId) : words.eq("conversationId", conversationId);
  });
  const messages: Doc<"messages">[] = [];
  let bytes = 0;
  for await (const message of hits) {
    messages.push(message);
    bytes += convexSize(message);
    if (messages.length === most || bytes > maxPageBytes) break;
  }
  return messages;
}

/** Softens the first ranks, so that what both lists have passes what one of them has on top; the customary value. */
const rankOffset = 60;

function byReciprocalRank<Id>(lists: readonly (readonly Id[])[]): (readonly [Id, number])[] {
  const scores = new Map<Id, number>();
  for (const list of lists) {
    list.forEach((id, rank) => {
      scores.set(id, (scores.get(id) ?? 0) + 1 / (rankOffset + rank + 1));
    });
  }
  return [...scores].sort(([, left], [, right]) => right - left);
}
