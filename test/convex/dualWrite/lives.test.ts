/** Whole little lives of documents, written by the example application through the wrapper. */
import type { GenericDatabaseWriterWithTable } from "convex/server";
import type { GenericId } from "convex/values";
import { expect, test } from "vitest";
import { getMessageToolCalls } from "../../../convex/read/getMessageToolCalls.js";
import type { DataModel } from "../../../convex/runtime.js";
import { api } from "../../../fixtures/application/api.js";
import { all, put, setStep } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";
import { expectInStep } from "./inStep.js";
import { world } from "./world.js";
import { type Wrapped, wrapped } from "./wrapped.js";

/** Convex's other form of the same database, by table. */
const byTable = (db: Wrapped) => db as unknown as GenericDatabaseWriterWithTable<DataModel>;

const greeting = (conversationId: GenericId<"conversations">) => ({ conversationId, content: "hi", now: 10 });
const emptyAnswer = { content: "", inputTokens: 1, outputTokens: 1, now: 20 };

test("a message is sent, streamed, completed, edited and deleted, and its rows go along", async () => {
  const { deployment, conversation } = await world();
  const { answerId: messageId } = await deployment.mutation(api.messages.send, greeting(conversation));
  await deployment.mutation(api.messages.streamToolCalls, { messageId, partialToolCalls: [aCall("a")] });
  expect(await all(deployment, "toolCalls")).toMatchObject([{ messageId, toolCallId: "a", isPartial: true }]);

  await deployment.mutation(api.messages.streamContent, { messageId, partialContent: "so far" });
  await deployment.mutation(api.messages.streamToolCalls, {
    messageId,
    partialToolCalls: [aCall("a", { textPosition: 3 }), aCall("b")],
  });
  await expectInStep(deployment);

  await deployment.mutation(api.messages.complete, {
    messageId,
    content: "done",
    inputTokens: 5,
    outputTokens: 7,
    toolCalls: [aCall("a", { result: "[1]", textPosition: 3 })],
    sources: [{ id: "1", title: "A", url: "https://a.example/" }],
    now: 20,
  });
  expect(await all(deployment, "toolCalls")).toMatchObject([
    { toolCallId: "a", isPartial: false, result: [1], textPosition: 3 },
    { toolCallId: "b", isPartial: false },
  ]);
  await expectInStep(deployment);
  expect(await all(deployment, "conversationTokenUsage")).toMatchObject([{ totalTokens: 12, messageCount: 1 }]);

  await deployment.mutation(api.messages.edit, { messageId, content: "done well", now: 30 });
  await expectInStep(deployment);

  await deployment.mutation(api.messages.remove, { messageId });
  expect(await all(deployment, "toolCalls")).toEqual([]);
  expect(await all(deployment, "sources")).toEqual([]);
  await expectInStep(deployment);
  expect(await all(deployment, "conversationTokenUsage")).toEqual([]);
  expect(await all(deployment, "sourceMetadata")).toMatchObject([{ accessCount: 0 }]);
});

test("completing a message settles the partial tool calls it still has", async () => {
  const { deployment, conversation } = await world();
  const { answerId: messageId } = await deployment.mutation(api.messages.send, greeting(conversation));
  await deployment.mutation(api.messages.streamToolCalls, { messageId, partialToolCalls: [aCall("a")] });
  await deployment.mutation(api.messages.complete, { messageId, ...emptyAnswer });
  expect(await all(deployment, "toolCalls")).toMatchObject([{ toolCallId: "a", isPartial: false }]);
  await expectInStep(deployment);
});

test("a branch has rows of its own, which stay when the first conversation goes", async () => {
  const { deployment, conversation } = await world();
  const { answerId: messageId } = await deployment.mutation(api.messages.send, greeting(conversation));
  await deployment.mutation(api.messages.streamToolCalls, { messageId, partialToolCalls: [aCall("a")] });
  const { branchId: branch } = await deployment.mutation(api.conversations.branch, {
    conversationId: conversation,
    now: 11,
  });
  await expectInStep(deployment);
  expect(await all(deployment, "toolCalls")).toHaveLength(2);
  await deployment.mutation(api.conversations.remove, { conversationId: conversation });
  expect(await all(deployment, "toolCalls")).toMatchObject([{ conversationId: branch }]);
  expect(await all(deployment, "unnestJobs")).toEqual([]);
  await expectInStep(deployment);
});

test("a conversation moves between projects, and the links behind it move up", async () => {
  const { deployment, conversation, project, other } = await world();
  const move = (conversationId: typeof conversation, projectId: typeof project) =>
    deployment.mutation(api.conversations.move, { conversationId, projectId });
  const { branchId: second } = await deployment.mutation(api.conversations.branch, {
    conversationId: conversation,
    now: 11,
  });
  await move(conversation, project);
  await move(second, project);
  expect(await all(deployment, "projectConversations")).toMatchObject([
    { conversationId: conversation, projectId: project, position: 0 },
    { conversationId: second, projectId: project, position: 1 },
  ]);
  await move(conversation, other);
  expect(await all(deployment, "projectConversations")).toMatchObject([
    { conversationId: conversation, projectId: other, position: 0 },
    { conversationId: second, projectId: project, position: 0 },
  ]);
  await deployment.mutation(api.conversations.removeProject, { projectId: project });
  expect(await all(deployment, "projectConversations")).toMatchObject([{ conversationId: conversation }]);
  await expectInStep(deployment);
});

test("a bookmark's tags follow its array, and cost nothing when its note is written", async () => {
  const { deployment, conversation, user } = await world();
  const { answerId: messageId } = await deployment.mutation(api.messages.send, greeting(conversation));
  const bookmarkId = await deployment.mutation(api.bookmarks.add, { userId: user, messageId, tags: ["Work"], now: 11 });
  await deployment.mutation(api.bookmarks.tag, { bookmarkId, tags: ["work/deep", "Home"] });
  expect((await all(deployment, "bookmarkTags")).map(({ label }) => label)).toEqual(["work/deep", "Home"]);
  await deployment.mutation(api.bookmarks.note, { bookmarkId, note: "n" });
  await expectInStep(deployment);
  expect((await all(deployment, "tags")).map(({ slug, usageCount }) => [slug, usageCount])).toEqual([
    ["work", 0],
    ["work/deep", 1],
    ["home", 1],
  ]);
});

test("a conversation that goes before its messages takes their rows along", async () => {
  const { deployment, conversation } = await world();
  const { answerId: messageId } = await deployment.mutation(api.messages.send, greeting(conversation));
  await deployment.mutation(api.messages.streamToolCalls, { messageId, partialToolCalls: [aCall("a")] });
  await deployment.mutation(api.messages.complete, { messageId, ...emptyAnswer });
  await expectInStep(deployment);
  expect(await all(deployment, "conversationTokenUsage")).toHaveLength(1);
  await deployment.mutation(api.conversations.removeAlone, { conversationId: conversation });
  expect(await all(deployment, "messages")).toHaveLength(2);
  expect(await all(deployment, "toolCalls")).toEqual([]);
  expect(await all(deployment, "conversationTokenUsage")).toEqual([]);
  await expectInStep(deployment);
});

test("every form of a write is followed", async () => {
  const { deployment, conversation } = await world();
  const rows = async () => (await all(deployment, "toolCalls")).map(({ toolCallId }) => toolCallId);
  const messageId = await wrapped(deployment, (db) => db.insert("messages", aMessage(conversation)));
  const writes: ((db: Wrapped) => Promise<unknown>)[] = [
    (db) => db.patch(messageId, { toolCalls: [aCall("1")] }),
    (db) => db.patch("messages", messageId, { toolCalls: [aCall("2")] }),
    (db) => db.replace(messageId, aMessage(conversation, { toolCalls: [aCall("3")] })),
    (db) => db.replace("messages", messageId, aMessage(conversation, { toolCalls: [aCall("4")] })),
    (db) =>
      byTable(db)
        .table("messages")
        .patch(messageId, { toolCalls: [aCall("5")] }),
    (db) =>
      byTable(db)
        .table("messages")
        .replace(messageId, aMessage(conversation, { toolCalls: [aCall("6")] })),
  ];
  for (const [at, write] of writes.entries()) {
    await wrapped(deployment, write);
    expect(await rows()).toEqual([String(at + 1)]);
  }
  const read = await wrapped(deployment, (db) => byTable(db).table("messages").get(messageId));
  expect(read).toMatchObject({ toolCalls: [{ id: "6" }] });
  await wrapped(deployment, (db) => byTable(db).table("messages").delete(messageId));
  expect(await rows()).toEqual([]);
});

test("a write of one call brings the rows of those that are not imported yet", async () => {
  const { deployment, conversation } = await world("off");
  const old = [aCall("a"), aCall("b")];
  const messageId = await wrapped(deployment, (db) =>
    db.insert("messages", aMessage(conversation, { toolCalls: old })),
  );
  expect(await all(deployment, "toolCalls")).toEqual([]);
  await setStep(deployment, "phase-1", "dual-write");
  await wrapped(deployment, (db) => db.patch(messageId, { toolCalls: [...old, aCall("c")] }));
  expect(await all(deployment, "toolCalls")).toHaveLength(3);
});

test("what goes past the wrapper is seen by nobody but delta", async () => {
  const { deployment, conversation } = await world();
  await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("a")] }));
  await expect(expectInStep(deployment)).rejects.toThrow();
});

test("a mutation that writes many documents sees each as it has written it, at every step", async () => {
  for (const step of ["dual-write", "new"] as const) {
    const { deployment, conversation } = await world(step);
    const one = aMessage(conversation, { toolCalls: [aCall("0")] });
    const ids = await Promise.all([1, 2, 3, 4, 5].map(() => wrapped(deployment, (db) => db.insert("messages", one))));
    const seen = await wrapped(deployment, async (db) => {
      const counts: number[] = [];
      for (const messageId of ids) {
        await db.patch(messageId, { toolCalls: [aCall("0"), aCall("1")] });
        counts.push((await getMessageToolCalls({ db }, { messageId })).page.length);
      }
      return counts;
    });
    expect(seen).toEqual([2, 2, 2, 2, 2]);
    await expectInStep(deployment);
  }
});
