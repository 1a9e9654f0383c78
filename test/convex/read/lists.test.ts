/** Reads over several parents: a project's conversations, a user's tags and bookmarks, usage by model, counts. */

import type { GenericId } from "convex/values";
import { expect, test } from "vitest";
import { usageKey } from "../../../convex/aggregates/usageKey.js";
import { getBookmarks } from "../../../convex/read/getBookmarks.js";
import { getMessageCount } from "../../../convex/read/getMessageCount.js";
import { getProjectConversations } from "../../../convex/read/getProjectConversations.js";
import { getTokenUsageByModel } from "../../../convex/read/getTokenUsageByModel.js";
import type { PageOptions } from "../../../convex/read/page.js";
import { searchTags } from "../../../convex/read/searchTags.js";
import { bookmarkTags } from "../../../transforms/bookmarkTags.js";
import { projectLink } from "../../../transforms/projectLink.js";
import { conversed } from "../conversed.js";
import { put, setStep } from "../deployment.js";
import { aConversation, aMessage, aUser } from "../documents.js";
import { readAll } from "./readAll.js";
import { setBackfilled, sync } from "./world.js";

test("a project's conversations come in its order from either side; stale, foreign and moved links do not", async () => {
  const { deployment, user } = await conversed();
  const other = await put(deployment, "users", aUser({ clerkId: "other" }));
  const project = { userId: user, name: "P", conversationIds: [], createdAt: 1, updatedAt: 1 };
  const projectId = await put(deployment, "projects", project);
  const elsewhere = await put(deployment, "projects", project);
  const conversationIn = (title: string, fields: object = { projectId }, owner = user) =>
    put(deployment, "conversations", aConversation(owner, { title, ...fields }));
  const missed = await conversationIn("missed by the array");
  const [first, second] = [await conversationIn("first"), await conversationIn("second")];
  const moved = await conversationIn("moved away", { projectId: elsewhere });
  const foreign = await conversationIn("foreign", { projectId }, other);
  const gone = await conversationIn("gone");
  const conversationIds = [second, gone, moved, first, second, foreign];
  await deployment.run(async ({ db }) => {
    await db.patch(projectId, { conversationIds });
    await db.delete(gone);
  });
  await setStep(deployment, "phase-3", "dual-write");
  for (const id of [missed, first, second, moved, foreign]) await sync(deployment, projectLink, id);

  const titles = async (numItems: number) => {
    const { items } = await readAll(numItems, (paginationOpts) =>
      deployment.query((ctx) => getProjectConversations(ctx, { projectId, paginationOpts })),
    );
    return items.map(({ conversation, position }) => [conversation.title, position > 10 ? "behind" : position]);
  };
  const expected = [
    ["second", 0],
    ["first", 3],
    ["missed by the array", "behind"],
  ];
  expect(await titles(2)).toEqual(expected);
  expect(await titles(50)).toEqual(expected);
  await setBackfilled(deployment, "phase-3", "new-then-old");
  expect(await titles(2)).toEqual(expected);
  // The conversation moves; a job has not removed its link yet.
  await deployment.run(({ db }) => db.patch(second, { projectId: elsewhere }));
  expect(await titles(50)).toEqual(expected.slice(1));
});

test("reads over several parents stay with the old side until the backfill is done", async () => {
  const { deployment, user } = await conversed();
  const projectId = await put(deployment, "projects", { userId: user, name: "P", createdAt: 1, updatedAt: 1 });
  await put(deployment, "conversations", aConversation(user, { projectId }));
  const count = async () => (await deployment.query((ctx) => getProjectConversations(ctx, { projectId }))).page.length;
  await setStep(deployment, "phase-3", "new-then-old");
  expect(await count()).toBe(1);
  await setBackfilled(deployment, "phase-3", "new-then-old");
  expect(await count()).toBe(0);
});

test("a cursor of the old side leads nowhere once the new one answers", async () => {
  const { deployment, user } = await conversed();
  const projectId = await put(deployment, "projects", { userId: user, name: "P", createdAt: 1, updatedAt: 1 });
  for (const title of ["a", "b"]) await put(deployment, "conversations", aConversation(user, { projectId, title }));
  const read = (cursor: string | null) =>
    deployment.query((ctx) => getProjectConversations(ctx, { projectId, paginationOpts: { numItems: 1, cursor } }));
  const { continueCursor } = await read(null);
  await setStep(deployment, "phase-3", "new");
  await expect(read(continueCursor)).rejects.toMatchObject({ data: { paginationError: "InvalidCursor" } });
});

async function marked(messages: number, content = "hello") {
  const { deployment, user, conversation } = await conversed();
  const ids: GenericId<"messages">[] = [];
  for (let at = 0; at < messages; at++) {
    const messageId = await put(deployment, "messages", aMessage(conversation, { content }));
    await put(deployment, "bookmarks", { userId: user, messageId, conversationId: conversation, createdAt: at });
    ids.push(messageId);
  }
  const read = (paginationOpts: PageOptions) =>
    deployment.query((ctx) => getBookmarks(ctx, { userId: user, paginationOpts }));
  return { deployment, ids, read };
}

test("a deleted message gives null in its place, the latest bookmark first", async () => {
  const { deployment, ids, read } = await marked(3);
  await deployment.run(({ db }) => db.delete(ids[1] as GenericId<"messages">));
  const { items } = await readAll(2, read);
  expect(
    items.map(({ bookmark, message, conversation }) => [bookmark.createdAt, message?._id, conversation?.title]),
  ).toEqual([
    [2, ids[2], "T"],
    [1, undefined, "T"],
    [0, ids[0], "T"],
  ]);
  expect(items[1]?.message).toBeNull();
});

test("a page of bookmarks ends where its messages take enough bytes, and the next leaves none out", async () => {
  const { ids, read } = await marked(15, "x".repeat(900_000));
  const { items, pages } = await readAll(50, read);
  expect(items.map(({ message }) => message?._id)).toEqual([...ids].reverse());
  expect(pages).toBe(2);
});

test("tags are found by how they begin, whatever is typed, whichever side answers", async () => {
  const { deployment, user, conversation } = await conversed();
  const other = await put(deployment, "users", aUser({ clerkId: "other" }));
  const messageId = await put(deployment, "messages", aMessage(conversation));
  const bookmark = async (userId: typeof user, ...tags: string[]) =>
    await put(deployment, "bookmarks", { userId, messageId, conversationId: conversation, tags, createdAt: 4 });
  await setStep(deployment, "phase-5", "dual-write");
  const ids = [
    await bookmark(user, "Work/Project", "workshop", "wörk"),
    await bookmark(user, "work", "Deep  Learning", "\u{1F600}"),
    await bookmark(other, "work/secret"),
  ];
  for (const id of ids) await sync(deployment, bookmarkTags, id);
  const find = async (prefix: string) => {
    const { items } = await readAll(2, (paginationOpts) =>
      deployment.query((ctx) => searchTags(ctx, { userId: user, prefix, paginationOpts })),
    );
    return [...new Set(items.map(({ slug }) => slug))].sort();
  };
  const queries = ["WO", " work/", "deep ", "wö", "\u{1F600}", "zebra"];
  const expected = [
    ["work", "work/project", "workshop"],
    ["work/project"],
    ["deep learning"],
    ["wörk"],
    ["\u{1F600}"],
    [],
  ];
  for (const step of ["dual-write", "new"] as const) {
    await setStep(deployment, "phase-5", step);
    expect(await Promise.all(queries.map(find))).toEqual(expected);
  }
  expect(await find("")).toHaveLength(6);
});

test("usage by model is the messages' sum over the pages, or the rows with what touches still hold", async () => {
  const { deployment, conversation } = await conversed();
  const answer = (model: string, inputTokens: number) =>
    put(deployment, "messages", aMessage(conversation, { model, inputTokens, outputTokens: 1 }));
  for (const tokens of [1, 2, 3]) await answer("m:a", tokens);
  await answer("m:b", 5);
  const read = (paginationOpts: PageOptions) =>
    deployment.query((ctx) => getTokenUsageByModel(ctx, { conversationId: conversation, paginationOpts }));
  const old = await readAll(3, read);
  expect(old.items).toMatchObject([
    { model: "m:a", inputTokens: 6, outputTokens: 3, totalTokens: 9, messageCount: 3 },
    { model: "m:b", inputTokens: 5, messageCount: 1 },
  ]);

  await setStep(deployment, "phase-6", "new");
  const sums = { inputTokens: 6, outputTokens: 3, totalTokens: 9, messageCount: 3 };
  const row = { conversationId: conversation, ...sums, lastUpdatedAt: 3, createdAt: 2 };
  await put(deployment, "conversationTokenUsage", { ...row, model: "m:a" });
  const touch = (model: string, delta: Record<string, number>) =>
    put(deployment, "unnestTouches", {
      migrationId: "phase-6",
      kind: "conversationTokenUsage",
      key: usageKey(conversation, model),
      delta,
      at: 0,
    });
  await touch("m:a", { inputTokens: -6, outputTokens: -3, totalTokens: -9, messageCount: -3 });
  await touch("m:c", { inputTokens: 7, outputTokens: 0, totalTokens: 7, messageCount: 1, lastUpdatedAt: 8 });
  const { items } = await readAll(3, read);
  expect(items).toEqual([
    {
      model: "m:c",
      inputTokens: 7,
      outputTokens: 0,
      totalTokens: 7,
      reasoningTokens: 0,
      messageCount: 1,
      lastUpdatedAt: 8,
    },
  ]);
});

test("a message count is what is stored and what touches still hold", async () => {
  const { deployment, conversation } = await conversed();
  const count = () => deployment.query((ctx) => getMessageCount(ctx, { conversationId: conversation }));
  expect(await count()).toBe(0);
  await deployment.run(({ db }) => db.patch(conversation, { messageCount: 4 }));
  for (const messageCount of [3, -1]) {
    const touch = { migrationId: "phase-7", kind: "messageCount", key: conversation, delta: { messageCount }, at: 0 };
    await put(deployment, "unnestTouches", touch);
  }
  expect(await count()).toBe(6);
});
