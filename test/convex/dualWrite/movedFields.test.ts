/** Direct writes of moved fields once the rows are the truth: what is taken, what goes nowhere, and what is refused. */
import { expect, test } from "vitest";
import { anyReader } from "../../../convex/documents.js";
import { wrapDatabase } from "../../../convex/dualWrite/wrapDatabase.js";
import type { Step } from "../../../convex/phases.js";
import { withPartValue } from "../../../convex/sync/partValue.js";
import { startSync } from "../../../convex/sync/sync.js";
import { attachments } from "../../../transforms/attachments.js";
import { bookmarkTags } from "../../../transforms/bookmarkTags.js";
import type { Transform } from "../../../transforms/defineTransform.js";
import { preferences } from "../../../transforms/preferences.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { drainTouches } from "../aggregates/drainTouches.js";
import { all, type Deployment } from "../deployment.js";
import { aCall, aMessage, aUser } from "../documents.js";
import { workOff } from "../jobs/workOff.js";
import { stopClock } from "../phase/clock.js";
import { statusOf } from "../phase/drive.js";
import { busyBudget } from "./busyBudget.js";
import { expectInStep } from "./inStep.js";
import { world } from "./world.js";
import { refusal, type Wrapped, wrapped } from "./wrapped.js";

stopClock();

/** What rebuild would give of a part. */
async function rebuiltOf(deployment: Deployment, part: Transform, documentId: string, step: Step = "cleaned") {
  return await deployment.run(async ({ db }) => {
    const document = await anyReader(db).get(documentId);
    if (document === null) throw new Error("no such document");
    const valued = await withPartValue(anyReader(db), part, document, step);
    return Object.fromEntries(part.moves.map((field) => [field, valued[field]]));
  });
}

const preferred = { theme: "light" as const, defaultModel: "m", sendOnEnter: true };

/** No row can hold it: there is no such file. */
const unstored = { type: "file" as const, name: "f", storageId: "nothing", mimeType: "t", size: 1 };

async function bookmarked(step: Step, tags?: readonly string[]) {
  const { deployment, user, conversation, ...rest } = await world(step);
  const messageId = await wrapped(deployment, (db) => db.insert("messages", aMessage(conversation)));
  const bookmark = { userId: user, messageId, conversationId: conversation, createdAt: 1 };
  const id = await wrapped(deployment, (db) =>
    db.insert("bookmarks", { ...bookmark, ...(tags && { tags: [...tags] }) }),
  );
  return { deployment, user, conversation, id, bookmark, ...rest };
}

test("in cleaned an insert is taken: its moved fields are rows, with an original of what rows do not give back", async () => {
  const { deployment, conversation } = await world("cleaned");
  const user = await wrapped(deployment, (db) => db.insert("users", aUser({ preferences: preferred })));
  expect(await rebuiltOf(deployment, preferences, user)).toEqual({ preferences: preferred });
  const calls = [aCall("a"), aCall("a", { timestamp: 9 }), aCall("b", { arguments: "no json" })];
  const fields = { toolCalls: calls, attachments: [unstored], partialToolCalls: [], sources: undefined };
  const message = await wrapped(deployment, (db) =>
    db.insert("messages", { ...aMessage(conversation), ...fields } as never),
  );
  for (const field of Object.keys(fields)) expect((await all(deployment, "messages"))[0]).not.toHaveProperty(field);
  expect(await rebuiltOf(deployment, toolCalls, message)).toMatchObject({ toolCalls: calls });
  expect(await rebuiltOf(deployment, attachments, message)).toEqual({ attachments: [unstored] });
  await expectInStep(deployment);
});

test("in cleaned an absent field that is set to nothing, or to undefined, changes nothing", async () => {
  const { deployment, conversation } = await world("cleaned");
  const id = await wrapped(deployment, (db) => db.insert("messages", aMessage(conversation, { status: "generating" })));
  const done = { content: "the answer", status: "complete" as const };
  const nothing = { toolCalls: undefined, partialToolCalls: [], sources: [] };
  await wrapped(deployment, (db) => db.patch(id, { ...done, ...nothing }));
  expect(await all(deployment, "messages")).toMatchObject([done]);
  const { id: bookmark, deployment: other } = await bookmarked("cleaned", ["work"]);
  await wrapped(other, (db) => db.patch(bookmark, { note: "n", tags: undefined }));
  expect(await all(other, "bookmarks")).toMatchObject([{ note: "n" }]);
  expect(await rebuiltOf(other, bookmarkTags, bookmark)).toEqual({ tags: ["work"] });
});

test("in cleaned a value that holds all that rows hold is taken, and an equal one costs no write", async () => {
  const { deployment, conversation } = await world("cleaned");
  const id = await wrapped(deployment, (db) => db.insert("messages", aMessage(conversation, { status: "generating" })));
  const write = (fields: object) => wrapped(deployment, (db) => db.patch(id, fields));
  await write({ partialToolCalls: [aCall("a")] });
  await write({ partialToolCalls: [aCall("a", { arguments: '{ "q": 1 }' })] });
  await write({ partialToolCalls: [aCall("a", { result: "[1]" }), aCall("b")] });
  const done = [aCall("a", { result: "[1]" }), aCall("b", { result: "[2]" })];
  await write({ status: "complete", toolCalls: done, partialToolCalls: undefined });
  expect(await rebuiltOf(deployment, toolCalls, id)).toEqual({ toolCalls: done, partialToolCalls: undefined });
  await expectInStep(deployment);
});

test.each(["cleaned", "complete"] as const)(
  "in %s a value that lacks what rows hold is refused, and says what to do",
  async (step) => {
    const { deployment, id, user } = await bookmarked(step, ["work", "home"]);
    const read = async (db: Wrapped) => await db.patch(id, { tags: [...((await db.get(id))?.tags ?? []), "extra"] });
    expect(await refusal(wrapped(deployment, read))).toEqual({
      code: "field_moved",
      table: "bookmarks",
      field: "tags",
      helper: "setTags",
      remedy:
        "Rows hold bookmarks.tags now, and this value lacks some of what they hold: call setTags in place of the write.",
    });
    expect(await refusal(wrapped(deployment, (db) => db.patch(id, { tags: [] })))).toMatchObject({
      code: "field_moved",
    });
    expect(await rebuiltOf(deployment, bookmarkTags, id, step)).toEqual({ tags: ["work", "home"] });
    await wrapped(deployment, (db) => db.patch(user, { preferences: preferred }));
    const lacking = wrapped(deployment, (db) => db.patch(user, { preferences: { ...preferred, theme: "dark" } }));
    expect(await refusal(lacking)).toMatchObject({ code: "field_moved", helper: "setPreference" });
  },
);

test("fields that hold nothing of their own are dropped, and counted a transaction and field", async () => {
  const { deployment, conversation, project, user } = await world("cleaned");
  await deployment.run(({ db }) => db.patch(project, { conversationIds: undefined }));
  const usage = {
    systemTokens: 1,
    messagesTokens: 2,
    memoriesTokens: 3,
    totalTokens: 6,
    contextLimit: 9,
    lastCalculatedAt: 7,
  };
  for (let time = 0; time < 2; time++)
    await wrapped(deployment, async (db) => {
      await db.patch(conversation, { projectId: project, tokenUsage: usage });
      await db.patch(conversation, { tokenUsage: usage });
      await db.patch(project, { conversationIds: [conversation] });
    });
  await wrapped(deployment, (db) =>
    db.insert("projects", { userId: user, name: "Q", conversationIds: [], createdAt: 1, updatedAt: 1 }),
  );
  expect((await all(deployment, "conversations"))[0]).not.toHaveProperty("tokenUsage");
  expect((await all(deployment, "projects")).find(({ _id }) => _id === project)).not.toHaveProperty("conversationIds");
  expect(await all(deployment, "projectConversations")).toMatchObject([
    { conversationId: conversation, projectId: project },
  ]);
  await drainTouches(deployment);
  const counted = async (phase: "phase-3" | "phase-6") => (await statusOf(deployment, phase)).droppedWrites;
  expect(await counted("phase-3")).toEqual([{ field: "projects.conversationIds", transactions: 2 }]);
  expect(await counted("phase-6")).toEqual([{ field: "conversations.tokenUsage", transactions: 2 }]);
});

test("where a transaction has no room for rows the document holds the value, and a job brings it into rows", async () => {
  const { deployment, id, bookmark } = await bookmarked("cleaned");
  const born = await deployment.run(async (ctx) => {
    const sync = { ...(await startSync(ctx)), budget: busyBudget() };
    const db = wrapDatabase(sync, ctx.db as Wrapped);
    await db.patch(id, { tags: ["Work", "work"] });
    return await db.insert("bookmarks", { ...bookmark, tags: ["home"] });
  });
  expect((await all(deployment, "bookmarks")).map(({ tags }) => tags)).toEqual([["Work", "work"], ["home"]]);
  await workOff(deployment);
  expect((await all(deployment, "bookmarks")).map(({ tags }) => tags)).toEqual([undefined, undefined]);
  expect(await rebuiltOf(deployment, bookmarkTags, id)).toEqual({ tags: ["Work", "work"] });
  expect(await rebuiltOf(deployment, bookmarkTags, born)).toEqual({ tags: ["home"] });
  await expectInStep(deployment);
});

test("where rows fail in cleaned the document holds the value; once complete the write fails, and leaves no document", async () => {
  const { deployment, conversation } = await world("cleaned");
  const sources = [{ id: "1", title: "T", url: "https://a.example/" }];
  const first = await wrapped(deployment, (db) => db.insert("messages", aMessage(conversation, { sources })));
  await deployment.run(async ({ db }) => {
    for (const { _id } of await db.query("sources").collect()) await db.delete(_id);
    // Another url of the same hash: nothing may be merged then.
    for (const { _id } of await db.query("sourceMetadata").collect())
      await db.patch(_id, { url: "https://b.example/" });
    await db.delete(first);
  });
  const insert = () => wrapped(deployment, (db) => db.insert("messages", aMessage(conversation, { sources })));
  await insert();
  expect(await all(deployment, "messages")).toMatchObject([{ sources }]);
  expect(await all(deployment, "unnestJobs")).toMatchObject([{ kind: "message/sources" }]);
  await deployment.run(async ({ db }) => {
    for (const { _id } of await db.query("unnestSwitches").collect()) await db.patch(_id, { step: "complete" });
  });
  expect(await refusal(insert())).toMatchObject({ code: "url_hash_collision" });
  expect(await all(deployment, "messages")).toHaveLength(1);
});

test("a value that the field never could hold is refused by Convex itself", async () => {
  const { deployment, id } = await bookmarked("cleaned");
  expect(await refusal(wrapped(deployment, (db) => db.patch(id, { tags: [7] as never })))).toBeInstanceOf(Error);
  expect(await all(deployment, "bookmarkTags")).toEqual([]);
  expect(await all(deployment, "unnestLedger")).toEqual([]);
});

test("once complete an insert is taken as far as rows can hold it; the rest is refused, since there is no ledger", async () => {
  const { deployment, conversation } = await world("complete");
  const insert = (fields: object) =>
    wrapped(deployment, (db) => db.insert("messages", { ...aMessage(conversation), ...fields } as never));
  const id = await insert({ toolCalls: [aCall("a"), aCall("a")] });
  expect(await rebuiltOf(deployment, toolCalls, id, "complete")).toEqual({ toolCalls: [aCall("a")] });
  expect(await refusal(insert({ attachments: [unstored] }))).toEqual({
    code: "value_without_row",
    table: "messages",
    field: "attachments",
    helper: "addAttachment",
    remedy:
      "No row can hold a piece of this messages.attachments (invalid_storage_id), and the migration is complete: mend the value.",
    reason: "invalid_storage_id",
  });
  expect(await all(deployment, "messages")).toHaveLength(1);
  expect(await all(deployment, "unnestMovedParts")).toEqual([]);
});
