/** Helpers that delete. */
import { ConvexError, v } from "convex/values";
import { findDocument } from "../documents.js";
import { mounted } from "../mount.js";
import { internalMutation } from "../runtime.js";
import { oneOf } from "../schema/oneOf.js";
import { startSync } from "../sync/sync.js";
import { deleteTree } from "./deleteTree.js";
import type { SchedulingContext } from "./helperContext.js";
import { requireDocument } from "./requireDocument.js";

type DeletedTable = "conversations" | "messages";

/** Each is looked at before anything goes. */
const mostConversations = 500;

/**
 * Deletes a conversation with its messages, what they gave rows to, its bookmarks, snippets and shares with theirs, its token
 * usage and its place in a project; files, memories, branches, usage records and notes stay and lose the reference. What is more than
 * half a transaction goes on in scheduled ones; the conversation itself goes last, so that calling again takes a cascade up that
 * was broken off.
 *
 * @returns false when the rest is scheduled
 * @throws ConvexError `document_missing`
 */
export async function deleteConversation(ctx: SchedulingContext, conversationId: string): Promise<boolean> {
  return await deleteConversations(ctx, [conversationId]);
}

/**
 * The same for many, one after another.
 *
 * @param conversationIds at most 500
 * @throws ConvexError `document_missing`, `too_many_documents`; then nothing is deleted
 */
export async function deleteConversations(
  ctx: SchedulingContext,
  conversationIds: readonly string[],
): Promise<boolean> {
  return await deleteAll(ctx, "conversations", conversationIds);
}

/**
 * Deletes a message with what it gave rows to, its bookmarks and snippets; answers to it, consolidations and notes stay and lose the
 * reference.
 *
 * @returns and throws as `deleteConversation`
 */
export async function deleteMessage(ctx: SchedulingContext, messageId: string): Promise<boolean> {
  return await deleteAll(ctx, "messages", [messageId]);
}

async function deleteAll(ctx: SchedulingContext, table: DeletedTable, ids: readonly string[]): Promise<boolean> {
  if (ids.length > mostConversations)
    throw new ConvexError({ code: "too_many_documents", table, most: mostConversations });
  for (const id of ids) await requireDocument(ctx, table, id);
  return await deleteNext(ctx, table, [...new Set(ids)]);
}

async function deleteNext(ctx: SchedulingContext, table: DeletedTable, ids: readonly string[]): Promise<boolean> {
  for (const [at, id] of ids.entries()) {
    const document = await findDocument(ctx.unnest.db, table, id);
    if (document === null || (await deleteTree(ctx, table, document))) continue;
    await ctx.scheduler.runAfter(0, mounted("mutation", "goOnDeleting"), { table, ids: ids.slice(at) });
    return false;
  }
  return true;
}

/** Goes on with a cascade that was more than a transaction holds. */
export const goOnDeleting = internalMutation({
  args: { table: oneOf("conversations", "messages"), ids: v.array(v.string()) },
  handler: async (ctx, { table, ids }) => {
    await deleteNext({ ...ctx, unnest: await startSync(ctx) }, table, ids);
  },
});
