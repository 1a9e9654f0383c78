import type { GenericId } from "convex/values";
import { expect, test } from "vitest";
import { drainTouches } from "../aggregates/drainTouches.js";
import { all, deploy, put, setStep } from "../deployment.js";
import { aConversation, aMessage, aUser } from "../documents.js";
import { batchOf, sendParts, takeSnapshot } from "../import/snapshot.js";

const parts = 100;

test("(g) a batch that did 60 of 100 parts and lost its answer, sent again, split, sent again: every part once", async () => {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const conversation = await put(deployment, "conversations", aConversation(user));
  const sources = [{ id: "1", title: "A", url: "https://a.example/" }];
  for (let n = 0; n < parts; n++) await put(deployment, "messages", aMessage(conversation, { sources }));
  await setStep(deployment, "phase-2", "dual-write");
  const snapshot = await takeSnapshot(deployment, "phase-2");
  // The 60th reaches half of what a transaction may read. No part reads the content, so all are as they were.
  const content = "x".repeat((8 << 20) / 60);
  for (const { documentId } of snapshot.parts)
    await deployment.run(({ db }) => db.patch(documentId as GenericId<"messages">, { content }));
  const upTo = (from: number, to: number) => batchOf(snapshot, (_, at) => at >= from && at < to);

  const lost = await sendParts(deployment, snapshot, { batchId: "whole" });
  expect(lost.outcomes).toHaveLength(60);
  const again = await sendParts(deployment, snapshot, { batchId: "whole" });
  expect(again).toEqual(lost);
  expect(await all(deployment, "sources")).toHaveLength(60);

  expect(await sendParts(deployment, upTo(0, 50), { batchId: "left" })).toMatchObject({
    outcomes: Array.from({ length: 50 }, () => "unchanged"),
  });
  expect(await sendParts(deployment, upTo(50, parts), { batchId: "right" })).toMatchObject({
    outcomes: Array.from({ length: 50 }, (_, at) => (at < 10 ? "unchanged" : "inserted")),
  });
  expect(await sendParts(deployment, upTo(60, parts), { batchId: "whole.1" })).toMatchObject({ rest: null });
  await sendParts(deployment, upTo(50, parts), { batchId: "right" });

  expect(await all(deployment, "sources")).toHaveLength(parts);
  await drainTouches(deployment);
  expect(await all(deployment, "sourceMetadata")).toMatchObject([{ accessCount: parts }]);
});
