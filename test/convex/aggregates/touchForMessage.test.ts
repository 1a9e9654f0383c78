import { expect, test } from "vitest";
import { deleteUsage } from "../../../convex/aggregates/deleteUsage.js";
import { touchForConversation } from "../../../convex/aggregates/touchForConversation.js";
import { touchForMessage } from "../../../convex/aggregates/touchForMessage.js";
import { parseUsageKey, usageKey } from "../../../convex/aggregates/usageKey.js";
import { startSync } from "../../../convex/sync/sync.js";
import type { Fields } from "../../../transforms/defineTransform.js";
import { all, deploy, put, setStep } from "../deployment.js";
import { aConversation, aUser } from "../documents.js";

const answered = {
  conversationId: "c1",
  model: "m",
  status: "complete",
  inputTokens: 3,
  outputTokens: 4,
  updatedAt: 5,
};

async function touchesFor(
  before: Fields | null,
  after: Fields | null,
  { usage = "dual-write", counts = "dual-write" } = {},
) {
  const deployment = deploy();
  await setStep(deployment, "phase-6", usage as "off");
  await setStep(deployment, "phase-7", counts as "off");
  await deployment.run(async (ctx) => touchForMessage(await startSync(ctx), before, after));
  return (await all(deployment, "unnestTouches")).map(({ migrationId, kind, key, delta }) => ({
    [`${migrationId} ${kind} ${key}`]: delta,
  }));
}

const share = { inputTokens: 3, outputTokens: 4, totalTokens: 7, reasoningTokens: 0, messageCount: 1 };
const takenBack = { inputTokens: -3, outputTokens: -4, totalTokens: -7, reasoningTokens: 0, messageCount: -1 };

test("a completed message adds its tokens and itself", async () => {
  expect(await touchesFor(null, answered)).toEqual([
    { "phase-6 conversationTokenUsage c1 m": { ...share, lastUpdatedAt: 5 } },
    { "phase-7 messageCount c1": { messageCount: 1 } },
  ]);
});

test("a message that is being written counts as a message, not as usage", async () => {
  expect(await touchesFor(null, { ...answered, status: "generating" })).toEqual([
    { "phase-7 messageCount c1": { messageCount: 1 } },
  ]);
  expect(
    await touchesFor({ ...answered, status: "generating", content: "a" }, { ...answered, status: "generating" }),
  ).toEqual([]);
});

test("a change appends its difference, and one that changes nothing appends nothing", async () => {
  expect(await touchesFor(answered, { ...answered, outputTokens: 6, updatedAt: 9 })).toEqual([
    { "phase-6 conversationTokenUsage c1 m": { outputTokens: 2, totalTokens: 2, lastUpdatedAt: 9 } },
  ]);
  expect(await touchesFor(answered, { ...answered, content: "edited" })).toEqual([]);
  expect(await touchesFor(answered, { ...answered, updatedAt: 4 }), "times only widen").toEqual([]);
});

test("a message that goes takes its counts along and leaves the time", async () => {
  expect(await touchesFor(answered, null)).toEqual([
    { "phase-6 conversationTokenUsage c1 m": takenBack },
    { "phase-7 messageCount c1": { messageCount: -1 } },
  ]);
});

test("a message that moves to another conversation, or model, moves its share", async () => {
  expect(await touchesFor(answered, { ...answered, conversationId: "c2" })).toEqual([
    { "phase-6 conversationTokenUsage c1 m": takenBack },
    { "phase-6 conversationTokenUsage c2 m": { ...share, lastUpdatedAt: 5 } },
    { "phase-7 messageCount c1": { messageCount: -1 } },
    { "phase-7 messageCount c2": { messageCount: 1 } },
  ]);
  expect(await touchesFor(answered, { ...answered, model: "n" })).toEqual([
    { "phase-6 conversationTokenUsage c1 m": takenBack },
    { "phase-6 conversationTokenUsage c1 n": { ...share, lastUpdatedAt: 5 } },
  ]);
});

test("a phase that is off gets no touches", async () => {
  expect(await touchesFor(null, answered, { usage: "off" })).toEqual([
    { "phase-7 messageCount c1": { messageCount: 1 } },
  ]);
  expect(await touchesFor(null, answered, { usage: "off", counts: "off" })).toEqual([]);
});

test("an application's own counting is taken back, a missing count being 0", async () => {
  const deployment = deploy();
  await setStep(deployment, "phase-7", "dual-write");
  await deployment.run(async (ctx) => {
    const sync = await startSync(ctx);
    await touchForConversation(sync, "born", null, { messageCount: 2 });
    await touchForConversation(sync, "first", {}, { messageCount: 1 });
    await touchForConversation(sync, "fewer", { messageCount: 5 }, { messageCount: 3 });
    await touchForConversation(sync, "same", { messageCount: 5 }, { messageCount: 5 });
    await touchForConversation(sync, "gone", { messageCount: 5 }, null);
  });
  expect((await all(deployment, "unnestTouches")).map(({ key, delta }) => [key, delta.messageCount])).toEqual([
    ["born", -2],
    ["first", -1],
    ["fewer", 2],
  ]);
});

test("a conversation's usage goes with it, all models", async () => {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const [gone, stays] = [
    await put(deployment, "conversations", aConversation(user)),
    await put(deployment, "conversations", aConversation(user)),
  ];
  const sums = { totalTokens: 1, inputTokens: 1, outputTokens: 0, messageCount: 1, lastUpdatedAt: 1, createdAt: 1 };
  for (const [conversationId, model] of [
    [gone, "m"],
    [gone, "n"],
    [stays, "m"],
  ] as const)
    await put(deployment, "conversationTokenUsage", { conversationId, model, ...sums });
  const remove = () => deployment.run(async (ctx) => deleteUsage(await startSync(ctx), gone));
  await remove();
  expect(await all(deployment, "conversationTokenUsage"), "while the phase is off").toHaveLength(3);
  await setStep(deployment, "phase-6", "dual-write");
  await remove();
  expect(await all(deployment, "conversationTokenUsage")).toMatchObject([{ conversationId: stays }]);
});

test("a usage key says its conversation and model", () => {
  expect(parseUsageKey(usageKey("c1", "a model: with spaces"))).toEqual({
    conversationId: "c1",
    model: "a model: with spaces",
  });
  for (const key of ["", "c1", "c1 ", " m"]) expect(parseUsageKey(key)).toBeNull();
});
