/** While old fields come back: what is read has them, and nothing is replaced by what was computed without them. */
import { expect, test } from "vitest";
import { wrapDatabase } from "../../../convex/dualWrite/wrapDatabase.js";
import { setTags } from "../../../convex/helpers/tags/setTags.js";
import { phases } from "../../../convex/phases.js";
import { startSync } from "../../../convex/sync/sync.js";
import { all, put, setStep } from "../deployment.js";
import { aCall, aConversation, aMessage } from "../documents.js";
import { busyBudget } from "./busyBudget.js";
import { expectInStep } from "./inStep.js";
import { world } from "./world.js";
import { refusal, type Wrapped, wrapped } from "./wrapped.js";

/** A bookmark with two tags and a message with a call, born in cleaned; now their fields come back. */
async function returning() {
  const { deployment, user, conversation, project } = await world("cleaned");
  const messageId = await wrapped(deployment, (db) =>
    db.insert("messages", aMessage(conversation, { toolCalls: [aCall("t1")] })),
  );
  const bookmark = { userId: user, messageId, conversationId: conversation, createdAt: 1, tags: ["work", "home"] };
  const id = await wrapped(deployment, (db) => db.insert("bookmarks", bookmark));
  await deployment.run(({ db }) => db.patch(project, { conversationIds: undefined }));
  const second = await put(deployment, "conversations", aConversation(user));
  for (const one of [conversation, second]) await wrapped(deployment, (db) => db.patch(one, { projectId: project }));
  for (const phase of phases) await setStep(deployment, phase, "returning");
  return { deployment, id, messageId, project, conversation, second };
}

type World = Awaited<ReturnType<typeof returning>>;

test("code that reads, changes and writes back sees what it expects, and loses nothing", async () => {
  const { deployment, id, messageId, project, conversation, second } = await returning();
  await wrapped(deployment, async (db) => {
    await db.patch(id, { tags: [...((await db.get(id))?.tags ?? []), "extra"] });
    const message = await db.get("messages", messageId);
    await db.patch(messageId, { toolCalls: [...(message?.toolCalls ?? []), aCall("t2")] });
    const third = await db.insert("conversations", {
      ...aConversation(message?.userId as never),
      userId: (await db.get(id))?.userId as never,
    });
    const ids = (await db.get(project))?.conversationIds ?? [];
    await db.patch(third, { projectId: project });
    await db.patch(project, { conversationIds: [...ids, third] });
  });
  expect((await all(deployment, "bookmarks"))[0]?.tags).toEqual(["work", "home", "extra"]);
  expect((await all(deployment, "messages"))[0]?.toolCalls).toEqual([aCall("t1"), aCall("t2")]);
  const ids = (await all(deployment, "projects")).find(({ _id }) => _id === project)?.conversationIds;
  expect(new Set(ids?.slice(0, 2))).toEqual(new Set([conversation, second]));
  expect(ids).toHaveLength(3);
  await expectInStep(deployment);
  expect(await all(deployment, "unnestMovedParts")).toEqual([]);
});

const ways: Readonly<Record<string, (db: Wrapped, world: World) => Promise<{ tags?: string[] } | null | undefined>>> = {
  get: (db, { id }) => db.get(id),
  "get of a named table": (db, { id }) => db.get("bookmarks", id),
  collect: async (db) => (await db.query("bookmarks").collect())[0],
  "take, by an index, in an order": async (db, { messageId }) =>
    (
      await db
        .query("bookmarks")
        .withIndex("by_message", (range) => range.eq("messageId", messageId))
        .order("desc")
        .take(2)
    )[0],
  first: (db) => db.query("bookmarks").first(),
  "unique, filtered": (db, { id }) =>
    db
      .query("bookmarks")
      .filter((query) => query.eq(query.field("_id"), id))
      .unique(),
  paginate: async (db) => (await db.query("bookmarks").paginate({ numItems: 3, cursor: null })).page[0],
  "one by one": async (db) => {
    for await (const bookmark of db.query("bookmarks")) return bookmark;
    return null;
  },
};

test.each(Object.keys(ways))("a document that is read by %s has its fields", async (way) => {
  const found = await returning();
  const seen = await wrapped(found.deployment, async (db) => await ways[way]?.(db, found));
  expect(seen?.tags).toEqual(["work", "home"]);
  expect((await all(found.deployment, "bookmarks"))[0]?.tags).toEqual(["work", "home"]);
});

test("a value that was computed without reading is refused, unless it lacks nothing", async () => {
  const { deployment, id } = await returning();
  const tag = (tags: string[] | undefined) => wrapped(deployment, (db) => db.patch(id, { tags }));
  expect(await refusal(tag(["extra"]))).toMatchObject({
    code: "field_moved",
    helper: "setTags",
    remedy: expect.stringContaining("or write again when the rebuild of this phase has ended"),
  });
  await tag(undefined);
  expect(await all(deployment, "bookmarkTags")).toHaveLength(2);
  await tag(["home", "work", "extra"]);
  expect((await all(deployment, "bookmarks"))[0]?.tags).toEqual(["home", "work", "extra"]);
  await expectInStep(deployment);
});

test("what an application read without its field is not replaced, though the field comes back in the same transaction", async () => {
  const { deployment, id } = await returning();
  const write = (tags: string[]) =>
    deployment.run(async (ctx) => {
      const unnest = { ...(await startSync(ctx)), budget: busyBudget() };
      const db = wrapDatabase(unnest, ctx.db as Wrapped);
      expect((await db.get(id))?.tags).toBeUndefined();
      await setTags({ unnest }, "bookmarks", id, ["work", "home"]);
      await db.patch(id, { tags });
    });
  expect(await refusal(write(["extra"]))).toMatchObject({ code: "field_moved", field: "tags" });
  await write(["work", "home", "extra"]);
  expect((await all(deployment, "bookmarks"))[0]?.tags).toEqual(["work", "home", "extra"]);
});
