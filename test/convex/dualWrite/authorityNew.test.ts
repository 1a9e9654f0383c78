/** Wrapped writes once the rows are the truth. */
import { expect, test } from "vitest";
import { anyReader } from "../../../convex/documents.js";
import { mounted } from "../../../convex/mount.js";
import { type Phase, readPhases } from "../../../convex/phases.js";
import { originalsNeeded, writeOriginals } from "../../../convex/sync/originals.js";
import { withPartValue } from "../../../convex/sync/partValue.js";
import { removeMoved } from "../../../convex/sync/removeMoved.js";
import { storedPartOf } from "../../../convex/sync/storedPart.js";
import { startSync } from "../../../convex/sync/sync.js";
import { bookmarkTags } from "../../../transforms/bookmarkTags.js";
import type { Transform } from "../../../transforms/defineTransform.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { all, type Deployment, put, setStep } from "../deployment.js";
import { aCall, aConversation, aMessage } from "../documents.js";
import { expectInStep } from "./inStep.js";
import { world } from "./world.js";
import { wrapped } from "./wrapped.js";

const phase: Phase = "phase-1";

const twice = [aCall("a"), aCall("b"), aCall("b")];

/** A message with partial calls, one of them twice, cleaned. */
async function cleanedMessage() {
  const { deployment, conversation, ...rest } = await world();
  const messageId = await wrapped(deployment, (db) =>
    db.insert("messages", aMessage(conversation, { status: "generating", partialToolCalls: twice })),
  );
  await setStep(deployment, phase, "cleaned");
  await clean(deployment, toolCalls, messageId);
  return { deployment, conversation, messageId, ...rest };
}

/** Keeps what rows do not give back, and removes the old fields, as cleanup would. */
async function clean(deployment: Deployment, part: Transform, documentId: string): Promise<void> {
  await deployment.run(async (ctx) => {
    const sync = await startSync(ctx);
    const document = await sync.db.get(documentId);
    if (document === null) return;
    await writeOriginals(
      sync.db,
      part,
      documentId,
      originalsNeeded(part, document, await storedPartOf(sync.db, part, document)),
    );
    await removeMoved(sync, part, document);
  });
}

const callIds = async (deployment: Deployment) => (await all(deployment, "toolCalls")).map((row) => row.toolCallId);

test("a replace that leaves moved fields out keeps the rows, and completing settles them", async () => {
  const { deployment, messageId, conversation } = await cleanedMessage();
  await wrapped(deployment, (db) => db.replace(messageId, aMessage(conversation, { status: "complete" })));
  expect(await all(deployment, "toolCalls")).toMatchObject([
    { toolCallId: "a", isPartial: false },
    { toolCallId: "b", isPartial: false },
  ]);
});

test("a replace leaves the moved fields of a document that cleanup has not reached where they are", async () => {
  const { deployment, conversation } = await world();
  const calls = [aCall("a")];
  const messageId = await wrapped(deployment, (db) =>
    db.insert("messages", aMessage(conversation, { toolCalls: calls })),
  );
  await setStep(deployment, phase, "cleaned");
  await wrapped(deployment, (db) => db.replace(messageId, aMessage(conversation, { content: "edited" })));
  expect(await all(deployment, "messages")).toMatchObject([{ content: "edited", toolCalls: calls }]);
  expect(await callIds(deployment)).toEqual(["a"]);
});

test("under authority old a replace without the field is a removal", async () => {
  const { deployment, conversation } = await world("new");
  const messageId = await wrapped(deployment, (db) =>
    db.insert("messages", aMessage(conversation, { toolCalls: [aCall("a")] })),
  );
  await wrapped(deployment, (db) => db.replace(messageId, aMessage(conversation)));
  expect(await callIds(deployment)).toEqual([]);
});

test("in returning a write of one moved field brings the whole part back, drops its original and is synced", async () => {
  const { deployment, messageId } = await cleanedMessage();
  expect(await all(deployment, "unnestLedger")).toHaveLength(1);
  await setStep(deployment, phase, "returning");
  await wrapped(deployment, (db) => db.patch(messageId, { toolCalls: [aCall("c")] }));
  expect(await all(deployment, "messages")).toMatchObject([{ toolCalls: [aCall("c")], partialToolCalls: twice }]);
  expect(await callIds(deployment)).toEqual(["a", "b", "c"]);
  expect(await all(deployment, "unnestLedger")).toEqual([]);
  await expectInStep(deployment);
});

test("deleting a document deletes what was kept beside its rows", async () => {
  const { deployment, messageId, user, conversation } = await cleanedMessage();
  const bookmark = { userId: user, messageId, conversationId: conversation, createdAt: 1, tags: ["A", "a"] };
  const bookmarkId = await wrapped(deployment, (db) => db.insert("bookmarks", bookmark));
  await setStep(deployment, "phase-5", "cleaned");
  await clean(deployment, bookmarkTags, bookmarkId);
  expect(await all(deployment, "unnestLedger")).toHaveLength(2);
  await wrapped(deployment, (db) => db.delete(bookmarkId));
  expect(await all(deployment, "unnestLedger")).toMatchObject([{ table: "messages" }]);
  expect(await all(deployment, "bookmarkTags")).toEqual([]);
});

test("rows that go because what they look up is gone come back by rebuild", async () => {
  const { deployment, conversation } = await world();
  const messageId = await wrapped(deployment, (db) =>
    db.insert("messages", aMessage(conversation, { toolCalls: [aCall("a"), aCall("b")] })),
  );
  await setStep(deployment, phase, "cleaned");
  await clean(deployment, toolCalls, messageId);
  await wrapped(deployment, (db) => db.delete(conversation));
  expect(await all(deployment, "toolCalls")).toEqual([]);
  expect(await rebuilt(deployment, toolCalls, messageId)).toMatchObject({ toolCalls: [aCall("a"), aCall("b")] });
});

test("elements that could have no row and get one by a later write come back once", async () => {
  const { deployment, user } = await world();
  const gone = await put(deployment, "conversations", aConversation(user));
  const home = await put(deployment, "conversations", aConversation(user));
  await deployment.run(({ db }) => db.delete(gone));
  const messageId = await wrapped(deployment, (db) =>
    db.insert("messages", aMessage(gone, { toolCalls: [aCall("a"), aCall("b")] })),
  );
  await setStep(deployment, phase, "cleaned");
  await clean(deployment, toolCalls, messageId);
  await wrapped(deployment, (db) => db.patch(messageId, { conversationId: home }));
  expect(await callIds(deployment)).toEqual(["a", "b"]);
  expect(await rebuilt(deployment, toolCalls, messageId)).toMatchObject({ toolCalls: [aCall("a"), aCall("b")] });
});

test("in returning a direct write that removes an old field which was read removes its rows", async () => {
  const { deployment, messageId } = await cleanedMessage();
  await setStep(deployment, phase, "returning");
  await wrapped(deployment, async (db) => {
    expect((await db.get(messageId))?.partialToolCalls).toHaveLength(3);
    await db.patch(messageId, { partialToolCalls: undefined });
  });
  expect(await callIds(deployment)).toEqual([]);
  expect(await rebuilt(deployment, toolCalls, messageId)).not.toHaveProperty("partialToolCalls", twice);
});

test("once complete, a sync takes no rows away that nothing else holds", async () => {
  const { deployment, conversation } = await world("complete");
  const messageId = await wrapped(deployment, (db) => db.insert("messages", aMessage(conversation)));
  const message = (await all(deployment, "messages"))[0];
  await wrapped(deployment, async (db) => {
    for (let position = 0; position < 501; position++) {
      const call = { toolCallId: `c${position}`, toolName: "search", args: {}, argsEncoding: "json" as const };
      const of = { messageId, conversationId: conversation, userId: (await db.get(conversation))?.userId as never };
      await db.insert("toolCalls", { ...of, position, ...call, isPartial: false, timestamp: 1, createdAt: 1 });
    }
  });
  expect(message?._id).toBe(messageId);
  await wrapped(deployment, (db) => db.patch(messageId, { status: "error" }));
  await deployment.mutation(mounted("mutation", "workOffJobs"), {});
  expect(await all(deployment, "toolCalls")).toHaveLength(501);
});

test("a write of moved fields that a document still holds is an ordinary one: whoever reads it sees them", async () => {
  const { deployment, conversation } = await world();
  const calls = [aCall("a")];
  const messageId = await wrapped(deployment, (db) =>
    db.insert("messages", aMessage(conversation, { toolCalls: calls })),
  );
  await setStep(deployment, phase, "cleaned");
  const whole = aMessage(conversation, { content: "edited", toolCalls: calls });
  await wrapped(deployment, (db) => db.replace(messageId, whole));
  await wrapped(deployment, (db) => db.replace(messageId, { ...whole, toolCalls: undefined } as never));
  expect(await all(deployment, "messages")).toMatchObject([{ content: "edited", toolCalls: calls }]);
  await wrapped(deployment, (db) => db.patch(messageId, { toolCalls: [aCall("b")] }));
  expect(await callIds(deployment)).toEqual(["b"]);
  await expectInStep(deployment);
  await wrapped(deployment, (db) => db.patch(messageId, { toolCalls: undefined }));
  expect(await callIds(deployment)).toEqual([]);
  expect(await rebuilt(deployment, toolCalls, messageId)).not.toHaveProperty("toolCalls");
});

/** The document as rebuild would leave it. */
async function rebuilt(deployment: Deployment, part: Transform, documentId: string): Promise<unknown> {
  return await deployment.run(async ({ db }) => {
    const reader = anyReader(db);
    const document = await reader.get(documentId);
    const step = (await readPhases(db))[phase].step;
    return document && (await withPartValue(reader, part, document, step));
  });
}
