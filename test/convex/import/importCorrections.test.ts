import { expect, test } from "vitest";
import { drainTouches } from "../aggregates/drainTouches.js";
import { batchesSeen, correctionBatch, sendCorrections } from "../aggregates/sendCorrections.js";
import { all, deploy, put, setStep } from "../deployment.js";
import { aConversation, aUser } from "../documents.js";

async function world() {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const conversation = await put(deployment, "conversations", aConversation(user, { messageCount: 1 }));
  await setStep(deployment, "phase-7", "dual-write");
  return { deployment, conversation };
}

test("a correction is one more touch, and is applied once however often it is sent", async () => {
  const { deployment, conversation } = await world();
  const batch = correctionBatch("s1", 0, "messageCount", [{ key: conversation, delta: { messageCount: 4 } }]);
  expect(await sendCorrections(deployment, batch)).toEqual({ touches: 1 });
  expect(await all(deployment, "unnestTouches")).toMatchObject([
    { migrationId: "phase-7", kind: "messageCount", key: conversation, delta: { messageCount: 4 } },
  ]);
  await drainTouches(deployment);
  expect(await sendCorrections(deployment, batch)).toEqual({ touches: 1 });
  await drainTouches(deployment);
  expect(await all(deployment, "conversations")).toMatchObject([{ messageCount: 5 }]);
  expect(await sendCorrections(deployment, { ...batch, corrections: [] })).toBe("batch_changed");
});

test("batches of one snapshot do not supersede each other", async () => {
  const { deployment, conversation } = await world();
  const one = [{ key: conversation, delta: { messageCount: 1 } }];
  for (const number of [1, 0, 2])
    expect(await sendCorrections(deployment, correctionBatch("s1", 0, "messageCount", one, number))).toEqual({
      touches: 1,
    });
  expect(await batchesSeen(deployment, "messageCount")).toBe(3);
  expect(await sendCorrections(deployment, correctionBatch("s2", 3, "messageCount", []))).toEqual({ touches: 0 });
});

test("a snapshot that does not show what was applied is superseded, and what it sent is not recorded", async () => {
  const { deployment, conversation } = await world();
  const one = [{ key: conversation, delta: { messageCount: 1 } }];
  await sendCorrections(deployment, correctionBatch("s1", 0, "messageCount", one));
  const blind = correctionBatch("s2", 0, "messageCount", one);
  expect(await sendCorrections(deployment, blind)).toBe("superseded");
  expect(await sendCorrections(deployment, blind)).toBe("superseded");
  expect(await batchesSeen(deployment, "messageCount")).toBe(1);
  expect(await all(deployment, "unnestTouches")).toHaveLength(1);
});

test("a snapshot that shows more than was applied is of another history, and superseded too", async () => {
  const { deployment, conversation } = await world();
  const one = [{ key: conversation, delta: { messageCount: 1 } }];
  expect(await sendCorrections(deployment, correctionBatch("s1", 1, "messageCount", one))).toBe("superseded");
  expect(await all(deployment, "unnestTouches")).toEqual([]);
});

test("an epoch begins without the corrections of those before it", async () => {
  const { deployment } = await world();
  await sendCorrections(deployment, correctionBatch("s1", 0, "messageCount", []));
  await setStep(deployment, "phase-7", "dual-write", 2);
  const later = { ...correctionBatch("s2", 0, "messageCount", []), epoch: 2 };
  expect(await sendCorrections(deployment, later)).toEqual({ touches: 0 });
});

test("phases do not supersede each other", async () => {
  const { deployment, conversation } = await world();
  await setStep(deployment, "phase-6", "dual-write");
  const counts = [{ key: conversation, delta: { messageCount: 1 } }];
  await sendCorrections(deployment, correctionBatch("s1", 0, "messageCount", counts));
  expect(await sendCorrections(deployment, correctionBatch("s2", 0, "conversationTokenUsage", []))).toEqual({
    touches: 0,
  });
});

test("what does not fit is refused by a code", async () => {
  const { deployment, conversation } = await world();
  const one = { key: conversation, delta: { messageCount: 1 } };
  const batch = correctionBatch("s1", 0, "messageCount", [one]);
  expect(await sendCorrections(deployment, { ...batch, epoch: 2 })).toBe("epoch_ended");
  expect(await sendCorrections(deployment, { ...batch, number: 1 })).toBe("wrong_batch_id");
  expect(await sendCorrections(deployment, { ...batch, kind: "tags" })).toBe("wrong_kind");
  expect(await sendCorrections(deployment, { ...batch, kind: "toString" })).toBe("wrong_kind");
  const of = (delta: Record<string, number>) => ({ ...batch, corrections: [{ ...one, delta }] });
  expect(await sendCorrections(deployment, of({ messageCount: Number.NaN }))).toBe("invalid_correction");
  expect(await sendCorrections(deployment, of({ pinned: 1 }))).toBe("invalid_correction");
  expect(await sendCorrections(deployment, { ...batch, corrections: Array(501).fill(one) })).toBe("batch_too_large");
  await setStep(deployment, "phase-7", "off");
  expect(await sendCorrections(deployment, batch)).toBe("phase_off");
  expect(await all(deployment, "unnestTouches")).toEqual([]);
});

test("a full batch fits into a transaction", async () => {
  const { deployment } = await world();
  const corrections = Array.from({ length: 500 }, (_, n) => ({ key: `key ${n}`, delta: { messageCount: 1 } }));
  expect(await sendCorrections(deployment, correctionBatch("s1", 0, "messageCount", corrections))).toEqual({
    touches: 500,
  });
});
