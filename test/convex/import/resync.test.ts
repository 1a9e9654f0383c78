import { expect, test } from "vitest";
import { startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import { bookmarkTags } from "../../../transforms/bookmarkTags.js";
import { drainTouches } from "../aggregates/drainTouches.js";
import { conversed } from "../conversed.js";
import { all, put, setStep } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";
import { sendNames } from "./snapshot.js";

async function world() {
  const { deployment, user, conversation } = await conversed();
  await setStep(deployment, "phase-1", "dual-write");
  await setStep(deployment, "phase-5", "dual-write");
  return { deployment, user, conversation };
}

test("names bring in what is missing, mend what is stale and remove what is orphaned", async () => {
  const { deployment, user, conversation } = await world();
  const missing = await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("a")] }));
  const orphaned = await put(deployment, "messages", aMessage(conversation));
  await deployment.run(({ db }) => db.delete(orphaned));
  await put(deployment, "toolCalls", {
    messageId: orphaned,
    conversationId: conversation,
    userId: user,
    position: 0,
    toolCallId: "o",
    toolName: "search",
    args: {},
    argsEncoding: "json",
    isPartial: false,
    timestamp: 5,
    createdAt: 3,
  });
  const names = [missing, orphaned, "no id"].map((documentId) => ({
    table: "messages",
    documentId,
    part: "message/toolCalls",
  }));
  const answer = await sendNames(deployment, "phase-1", [
    ...names,
    { table: "messages", documentId: missing, part: "?" },
  ]);
  expect(answer).toEqual({
    outcomes: ["resynced", "resynced", "resynced", "invalid"],
    faults: [{ list: "parts", at: 3, code: "unknown_part", table: "messages" }],
    rest: null,
  });
  expect(await all(deployment, "toolCalls")).toMatchObject([{ messageId: missing, toolCallId: "a" }]);
});

async function twoTagsOfOneKey(bookmarks: number) {
  const { deployment, user, conversation } = await world();
  const messageId = await put(deployment, "messages", aMessage(conversation));
  const fields = { userId: user, messageId, conversationId: conversation, createdAt: 4 };
  const ids: string[] = [];
  for (let n = 0; n < bookmarks; n++)
    ids.push(await put(deployment, "bookmarks", { ...fields, tags: ["Work", "Work/Deep"] }));
  await deployment.run(async (ctx) => {
    const sync = await startSync(ctx);
    for (const id of ids) await syncPart(sync, bookmarkTags, id);
  });
  await drainTouches(deployment);
  const [oldest] = await all(deployment, "tags");
  if (oldest === undefined) throw new Error("the tag was made");
  const { _id, _creationTime, ...columns } = oldest;
  const younger = await put(deployment, "tags", { ...columns, displayName: "WORK" });
  await deployment.run(async ({ db }) => {
    for (const link of await db.query("bookmarkTags").collect())
      if (link.tagId === _id) await db.patch(link._id, { tagId: younger });
    for (const tag of await db.query("tags").collect())
      if (tag.parentId === _id) await db.patch(tag._id, { parentId: younger });
    await db.patch(younger, { usageCount: bookmarks });
    await db.patch(_id, { usageCount: 0 });
  });
  const duplicate = { table: "tags", key: ["user", user, "work"] };
  return { deployment, oldest: _id, duplicate };
}

test("two rows of one natural key become the oldest, with their links, children and counts", async () => {
  const { deployment, oldest, duplicate } = await twoTagsOfOneKey(2);
  expect(await sendNames(deployment, "phase-5", [], [duplicate])).toMatchObject({ outcomes: ["merged"], faults: [] });
  const [work, deep, ...more] = await all(deployment, "tags");
  expect(more).toEqual([]);
  expect(work).toMatchObject({ _id: oldest, displayName: "Work" });
  expect(deep?.parentId).toBe(oldest);
  const links = await all(deployment, "bookmarkTags");
  expect(links.filter(({ tagId }) => tagId === oldest)).toHaveLength(2);
  expect(links).toHaveLength(4);
  await drainTouches(deployment);
  expect((await all(deployment, "tags")).map(({ slug, usageCount }) => [slug, usageCount])).toEqual([
    ["work", 2],
    ["work/deep", 2],
  ]);
  expect(await sendNames(deployment, "phase-5", [], [duplicate])).toMatchObject({ outcomes: ["merged"] });
});

test("of two rows of one url the oldest takes the better entry", async () => {
  const { deployment, conversation } = await world();
  await setStep(deployment, "phase-2", "dual-write");
  const cited = [{ id: "1", title: "A", url: "https://a.example/" }];
  const message = await put(deployment, "messages", aMessage(conversation, { sources: cited }));
  await sendNames(deployment, "phase-2", [{ table: "messages", documentId: message, part: "message/sources" }]);
  const [oldest] = await all(deployment, "sourceMetadata");
  if (oldest === undefined) throw new Error("the url was cited");
  const { _id, _creationTime, ...columns } = oldest;
  const better = { title: "Better", enriched: true, enrichedAt: 9 };
  const younger = await put(deployment, "sourceMetadata", { ...columns, ...better });
  await deployment.run(async ({ db }) => {
    for (const row of await db.query("sources").collect()) await db.patch(row._id, { sourceMetadataId: younger });
  });
  const duplicate = { table: "sourceMetadata", key: [oldest.urlHash] };
  expect(await sendNames(deployment, "phase-2", [], [duplicate])).toMatchObject({ outcomes: ["merged"] });
  expect(await all(deployment, "sourceMetadata")).toMatchObject([{ _id, ...better }]);
  expect(await all(deployment, "sources")).toMatchObject([{ sourceMetadataId: _id }]);
});

test("more links than one call may move close the batch, and its rest goes on where it stood", async () => {
  const { deployment, oldest, duplicate } = await twoTagsOfOneKey(130);
  const first = await sendNames(deployment, "phase-5", [], [duplicate], { batchId: "many" });
  expect(first).toEqual({ outcomes: [], faults: [], rest: { batchId: "many.1", from: 0 } });
  expect(await all(deployment, "tags")).toHaveLength(3);
  const second = await sendNames(deployment, "phase-5", [], [duplicate], { batchId: "many.1" });
  expect(second).toMatchObject({ outcomes: ["merged"], rest: null });
  expect((await all(deployment, "bookmarkTags")).filter(({ tagId }) => tagId === oldest)).toHaveLength(130);
  expect(await all(deployment, "tags")).toHaveLength(2);
});

test("a duplicate of another phase, or of a table whose rows no part refers to, is refused", async () => {
  const { deployment } = await world();
  const duplicates = [
    { table: "sourceMetadata", key: ["h"] },
    { table: "bookmarkTags", key: ["b", "t"] },
    { table: "nothing", key: [] },
  ];
  const answer = await sendNames(deployment, "phase-5", [], duplicates);
  expect(answer.outcomes).toEqual(["invalid", "invalid", "invalid"]);
  expect(answer.faults.map(({ code }) => code)).toEqual(["no_entity", "no_entity", "no_entity"]);
});
