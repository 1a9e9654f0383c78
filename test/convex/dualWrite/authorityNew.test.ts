/** Wrapped writes once the rows are the truth. */
import { expect, test } from "vitest";
import type { Phase } from "../../../convex/phase/phases.js";
import { removeMoved } from "../../../convex/sync/editPart.js";
import { originalsNeeded, writeOriginals } from "../../../convex/sync/originals.js";
import { storedPartOf } from "../../../convex/sync/storedPart.js";
import { startSync } from "../../../convex/sync/sync.js";
import { bookmarkTags } from "../../../transforms/bookmarkTags.js";
import type { Transform } from "../../../transforms/defineTransform.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { all, type Deployment, setStep } from "../deployment.js";
import { aMessage } from "../documents.js";
import { expectInStep } from "./inStep.js";
import { aCall, world } from "./world.js";
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
  expect(await all(deployment, "migrationLedger")).toHaveLength(1);
  await setStep(deployment, phase, "returning");
  await wrapped(deployment, (db) => db.patch(messageId, { toolCalls: [aCall("c")] }));
  expect(await all(deployment, "messages")).toMatchObject([{ toolCalls: [aCall("c")], partialToolCalls: twice }]);
  expect(await callIds(deployment)).toEqual(["a", "b", "c"]);
  expect(await all(deployment, "migrationLedger")).toEqual([]);
  await expectInStep(deployment);
});

test("deleting a document deletes what was kept beside its rows", async () => {
  const { deployment, messageId, user, conversation } = await cleanedMessage();
  const bookmark = { userId: user, messageId, conversationId: conversation, createdAt: 1, tags: ["A", "a"] };
  const bookmarkId = await wrapped(deployment, (db) => db.insert("bookmarks", bookmark));
  await setStep(deployment, "phase-5", "cleaned");
  await clean(deployment, bookmarkTags, bookmarkId);
  expect(await all(deployment, "migrationLedger")).toHaveLength(2);
  await wrapped(deployment, (db) => db.delete(bookmarkId));
  expect(await all(deployment, "migrationLedger")).toMatchObject([{ table: "messages" }]);
  expect(await all(deployment, "bookmarkTags")).toEqual([]);
});
