/** A small world of conversations, tags and cited pages, and what users do in it, seen by the migration or past it. */
import type { GenericId } from "convex/values";
import { deleteUsage } from "../../../convex/aggregates/deleteUsage.js";
import { foldOldest } from "../../../convex/aggregates/foldOldest.js";
import { touchForConversation } from "../../../convex/aggregates/touchForConversation.js";
import { touchForMessage } from "../../../convex/aggregates/touchForMessage.js";
import type { Doc } from "../../../convex/documents.js";
import type { MutationCtx } from "../../../convex/runtime.js";
import { type Sync, startSync } from "../../../convex/sync/sync.js";
import { touchForRow } from "../../../convex/touches/rowTouches.js";
import { type Deployment, deploy, put, setStep } from "../deployment.js";
import { aConversation, aMessage, aTag, aUser } from "../documents.js";

/** Small numbers choose among the documents there are, modulo their count. */
export type Act =
  | { readonly do: "message"; readonly in: number; readonly model: number; readonly tokens: number }
  | {
      readonly do: "editMessage";
      readonly which: number;
      readonly in: number;
      readonly model: number;
      readonly tokens: number;
    }
  | { readonly do: "deleteMessage" | "unlink" | "uncite" | "deleteConversation" | "deleteTag"; readonly which: number }
  | { readonly do: "ownCount"; readonly which: number; readonly count: number }
  | { readonly do: "link" | "cite"; readonly to: number }
  | { readonly do: "relink"; readonly which: number; readonly to: number }
  | { readonly do: "fold"; readonly atMost: number };

const models = ["m", "n"];

/** Two conversations, tags and pages each, with messages and links from before the migration; every phase of an aggregate is on. */
export async function aggregateWorld(): Promise<Deployment> {
  const deployment = deploy();
  for (const phase of ["phase-2", "phase-5", "phase-6", "phase-7"] as const)
    await setStep(deployment, phase, "dual-write");
  const userId = await put(deployment, "users", aUser());
  for (const name of ["a", "b"]) {
    const conversationId = await put(deployment, "conversations", aConversation(userId));
    const messageId = await put(deployment, "messages", aMessage(conversationId, { model: "m", inputTokens: 2 }));
    await put(deployment, "bookmarks", { userId, messageId, conversationId, createdAt: 4 });
    await put(deployment, "tags", aTag(userId, name));
    await put(deployment, "sourceMetadata", {
      urlHash: name,
      url: `https://${name}.example/`,
      domain: `${name}.example`,
      enriched: false,
      firstSeenAt: 50,
      lastAccessedAt: 50,
      accessCount: 0,
    });
  }
  await act(deployment, { do: "link", to: 0 }, false);
  await act(deployment, { do: "cite", to: 1 }, false);
  return deployment;
}

/** @param seen false for a write past the wrapper, of which the aggregates learn nothing */
export async function act(deployment: Deployment, what: Act, seen: boolean): Promise<void> {
  await deployment.run(async (ctx) => {
    if (what.do === "fold") await foldOldest(ctx, { before: Number.MAX_SAFE_INTEGER, atMost: what.atMost });
    else await write(ctx, seen ? await startSync(ctx) : null, what);
  });
}

async function write({ db }: Pick<MutationCtx, "db">, sync: Sync | null, what: Exclude<Act, { do: "fold" }>) {
  const message = async (before: Doc<"messages"> | null, after: Partial<Doc<"messages">> | null) =>
    sync && (await touchForMessage(sync, before, after));
  const row = async (table: "sources" | "bookmarkTags", before: object | null, after: object | null) =>
    sync && (await touchForRow(sync.touches, table, before as never, after as never));
  switch (what.do) {
    case "message": {
      const conversation = await pick(db, "conversations", what.in);
      if (conversation === null) return;
      const born = aMessage(conversation._id, writtenBy(what.model, what.tokens));
      await db.insert("messages", born);
      return await message(null, born);
    }
    case "editMessage": {
      const before = await pick(db, "messages", what.which);
      const conversation = await pick(db, "conversations", what.in);
      if (before === null || conversation === null) return;
      const fields = { conversationId: conversation._id, ...writtenBy(what.model, what.tokens) };
      await db.patch(before._id, fields);
      return await message(before, { ...before, ...fields });
    }
    case "deleteMessage": {
      const before = await pick(db, "messages", what.which);
      if (before === null) return;
      await db.delete(before._id);
      return await message(before, null);
    }
    case "deleteConversation": {
      const before = await pick(db, "conversations", what.which);
      if (before === null) return;
      await db.delete(before._id);
      return sync && (await deleteUsage(sync, before._id));
    }
    case "ownCount": {
      const before = await pick(db, "conversations", what.which);
      if (before === null) return;
      await db.patch(before._id, { messageCount: what.count });
      return sync && (await touchForConversation(sync, before._id, before, { ...before, messageCount: what.count }));
    }
    case "deleteTag": {
      const before = await pick(db, "tags", what.which);
      if (before !== null) await db.delete(before._id);
      return;
    }
    case "link": {
      const [bookmark, tag] = [await pick(db, "bookmarks", 0), await pick(db, "tags", what.to)];
      if (bookmark === null || tag === null) return;
      const link = {
        bookmarkId: bookmark._id,
        tagId: tag._id,
        userId: bookmark.userId,
        label: "l",
        position: 0,
        createdAt: 4,
      };
      await db.insert("bookmarkTags", link);
      return await row("bookmarkTags", null, link);
    }
    case "relink": {
      const [before, tag] = [await pick(db, "bookmarkTags", what.which), await pick(db, "tags", what.to)];
      if (before === null || tag === null) return;
      await db.patch(before._id, { tagId: tag._id });
      return await row("bookmarkTags", before, { ...before, tagId: tag._id });
    }
    case "unlink":
      return await remove("bookmarkTags", what.which);
    case "cite": {
      const [bookmark, page] = [await pick(db, "bookmarks", 0), await pick(db, "sourceMetadata", what.to)];
      if (bookmark === null || page === null) return;
      const { messageId, conversationId, userId } = bookmark;
      const cited = {
        messageId,
        conversationId,
        userId,
        sourceMetadataId: page._id,
        urlHash: page.urlHash,
        url: page.url,
      };
      const source = {
        ...cited,
        position: 1,
        provider: "generic",
        isPartial: false,
        createdAt: 40 + what.to * 20,
      } as const;
      await db.insert("sources", source);
      return await row("sources", null, source);
    }
    case "uncite":
      return await remove("sources", what.which);
  }

  async function remove(table: "sources" | "bookmarkTags", which: number): Promise<void> {
    const before = await pick(db, table, which);
    if (before === null) return;
    await db.delete(before._id as GenericId<"sources">);
    await row(table, before, null);
  }
}

/** What a message's writing settles; the third sort of message is still being written. */
function writtenBy(model: number, tokens: number): Partial<Doc<"messages">> {
  return {
    model: models[model % models.length] ?? "m",
    status: tokens % 3 === 2 ? "generating" : "complete",
    inputTokens: tokens,
    outputTokens: 1,
    ...(tokens > 3 ? { reasoningTokens: tokens } : {}),
    updatedAt: 10 + tokens,
  };
}

async function pick<
  Table extends "conversations" | "messages" | "tags" | "bookmarks" | "bookmarkTags" | "sourceMetadata" | "sources",
>(db: MutationCtx["db"], table: Table, which: number): Promise<Doc<Table> | null> {
  const documents = (await db.query(table).collect()) as Doc<Table>[];
  return documents[which % Math.max(documents.length, 1)] ?? null;
}
