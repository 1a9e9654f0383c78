/** Calls as applications are written: they read a field, change it and write it back, or write undefined where there is nothing. */
import type { GenericId } from "convex/values";
import type { Doc } from "../../../convex/documents.js";
import { aUser } from "../documents.js";
import type { Event } from "./schedule.js";
import { call, type Targets, type UserCtx } from "./users.js";

const customInstructions = { aboutUser: "", responseStyle: "", enabled: true };

export const newPreferences = { theme: "light", defaultModel: "auto", sendOnEnter: false, customInstructions } as const;

export const usage = {
  ...{ systemTokens: 1, messagesTokens: 2, memoriesTokens: 3, totalTokens: 6, contextLimit: 100, lastCalculatedAt: 7 },
};

/** A tag, and a call, that nothing else gives: which one is told by the clock. */
export const newTag = () => `tag ${Date.now()}`;
export const newCall = () => call(Date.now());

/** @returns whether it was done; null for an event of another kind. */
export async function asApplicationsDo(ctx: UserCtx, event: Event, targets: Targets): Promise<boolean | null> {
  const { db } = ctx;
  const { bookmark, conversation, message, project } = targets;
  switch (event.do) {
    case "append":
      return event.to === "tags" ? await appendTag(ctx, bookmark?._id) : await appendCall(ctx, message?._id);
    case "shorten":
      return await shorten(ctx, bookmark?._id);
    case "note":
      if (bookmark === undefined) return false;
      await db.patch(bookmark._id, { note: "n", tags: event.tags === "empty" ? [] : undefined });
      return true;
    case "finish":
      if (message === undefined) return false;
      await db.patch(message._id, { content: "done", toolCalls: undefined, partialToolCalls: undefined });
      return true;
    case "shelve":
      return conversation !== undefined && project !== undefined && (await shelve(ctx, conversation, project._id));
    case "cache":
      if (conversation === undefined) return false;
      await db.patch(conversation._id, { tokenUsage: usage });
      return true;
    case "tidy":
      for (const { _id, tags } of await db.query("bookmarks").collect())
        if (tags !== undefined) await db.patch(_id, { tags: tags.map((tag) => tag.trim().toLowerCase()) });
      return true;
    case "join":
      await db.insert("users", aUser({ name: "Cid", preferences: newPreferences }));
      return true;
    default:
      return null;
  }
}

async function appendTag({ db }: UserCtx, id: GenericId<"bookmarks"> | undefined): Promise<boolean> {
  const bookmark = id && (await db.get(id));
  if (!bookmark) return false;
  await db.patch(bookmark._id, { tags: [...(bookmark.tags ?? []), newTag()] });
  return true;
}

async function appendCall({ db }: UserCtx, id: GenericId<"messages"> | undefined): Promise<boolean> {
  const message = id && (await db.get(id));
  if (!message) return false;
  await db.patch(message._id, { toolCalls: [...(message.toolCalls ?? []), newCall()] });
  return true;
}

/** Takes away what it sees. */
async function shorten({ db }: UserCtx, id: GenericId<"bookmarks"> | undefined): Promise<boolean> {
  const bookmark = id && (await db.get(id));
  if (!bookmark || (bookmark.tags ?? []).length === 0) return false;
  await db.patch(bookmark._id, { tags: bookmark.tags?.slice(1) });
  return true;
}

async function shelve(
  { db }: UserCtx,
  { _id }: Doc<"conversations">,
  projectId: GenericId<"projects">,
): Promise<boolean> {
  const { conversationIds = [] } = (await db.get(projectId)) ?? {};
  await db.patch(_id, { projectId });
  await db.patch(projectId, { conversationIds: [...conversationIds, _id] });
  return true;
}
