import { getConvexSize } from "convex/values";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { oldestTouch } from "../../../convex/aggregates/oldestTouch.js";
import { openDelta } from "../../../convex/aggregates/openDelta.js";
import { usageKey } from "../../../convex/aggregates/usageKey.js";
import { mounted } from "../../../convex/mount.js";
import { finalSchema } from "../../../convex/schema/finalSchema.js";
import { droppedWrites } from "../../../convex/schema/touchKinds.js";
import { addDeltas, type Delta } from "../../../convex/touches/delta.js";
import { all, type Deployment, deploy, put } from "../deployment.js";
import { aConversation, aTag, aUser } from "../documents.js";
import { startEngine } from "../engine.js";
import { drainTouches } from "./drainTouches.js";

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

async function world(deployment: Deployment = deploy()) {
  const user = await put(deployment, "users", aUser());
  const conversation = await put(deployment, "conversations", aConversation(user, { createdAt: 40 }));
  return { deployment, user, conversation };
}

async function touch(deployment: Deployment, kind: string, key: string, delta: Delta): Promise<void> {
  await put(deployment, "unnestTouches", { migrationId: "phase-x", kind, key, delta, at: Date.now() });
}

const someMetadata = {
  urlHash: "h",
  url: "https://a.example/",
  domain: "a.example",
  enriched: false,
  firstSeenAt: 50,
  lastAccessedAt: 60,
  accessCount: 1,
};

const oneMessage = { inputTokens: 3, outputTokens: 4, totalTokens: 7, reasoningTokens: 0, messageCount: 1 };
const takenBack = { inputTokens: -3, outputTokens: -4, totalTokens: -7, reasoningTokens: 0, messageCount: -1 };

test("touches are added to their rows and go; times only widen", async () => {
  const { deployment, user } = await world();
  const tag = await put(deployment, "tags", aTag(user, "a", { usageCount: 2 }));
  const metadata = await put(deployment, "sourceMetadata", someMetadata);
  await touch(deployment, "tags", tag, { usageCount: 3 });
  await touch(deployment, "sourceMetadata", metadata, { accessCount: 1, firstSeenAt: 55, lastAccessedAt: 70 });
  await touch(deployment, "tags", tag, { usageCount: -1 });
  expect(await drainTouches(deployment)).toEqual({ folded: 3, dropped: 0 });
  expect(await all(deployment, "tags")).toMatchObject([{ usageCount: 4 }]);
  expect(await all(deployment, "sourceMetadata")).toMatchObject([
    { accessCount: 2, firstSeenAt: 50, lastAccessedAt: 70 },
  ]);
  expect(await all(deployment, "unnestTouches")).toEqual([]);
});

test("a missing message count counts as 0", async () => {
  const { deployment, conversation } = await world();
  await touch(deployment, "messageCount", conversation, { messageCount: 2 });
  await drainTouches(deployment);
  expect(await all(deployment, "conversations")).toMatchObject([{ messageCount: 2 }]);
});

test("a usage row is born with its conversation's time, and goes when all its sums are 0", async () => {
  const { deployment, conversation } = await world();
  const key = usageKey(conversation, "m");
  await touch(deployment, "conversationTokenUsage", key, { ...oneMessage, lastUpdatedAt: 90 });
  await drainTouches(deployment);
  const [row, ...more] = await all(deployment, "conversationTokenUsage");
  expect(more).toEqual([]);
  expect(row).toMatchObject({
    conversationId: conversation,
    model: "m",
    createdAt: 40,
    lastUpdatedAt: 90,
    totalTokens: 7,
  });
  expect(row, "a missing reasoning count is not 0").not.toHaveProperty("reasoningTokens");
  await touch(deployment, "conversationTokenUsage", key, { reasoningTokens: 5 });
  await drainTouches(deployment);
  expect(await all(deployment, "conversationTokenUsage")).toMatchObject([{ reasoningTokens: 5, lastUpdatedAt: 90 }]);
  await touch(deployment, "conversationTokenUsage", key, { ...takenBack, reasoningTokens: -5 });
  await drainTouches(deployment);
  expect(await all(deployment, "conversationTokenUsage")).toEqual([]);
});

test("a message counted and uncounted before the fold leaves no row", async () => {
  const { deployment, conversation } = await world();
  const key = usageKey(conversation, "m");
  await touch(deployment, "conversationTokenUsage", key, takenBack);
  await touch(deployment, "conversationTokenUsage", key, { ...oneMessage, lastUpdatedAt: 90 });
  expect(await drainTouches(deployment)).toEqual({ folded: 2, dropped: 0 });
  expect(await all(deployment, "conversationTokenUsage")).toEqual([]);
});

test("sums stand below 0 until what they lack comes", async () => {
  const { deployment, conversation } = await world();
  const key = usageKey(conversation, "m");
  await touch(deployment, "conversationTokenUsage", key, takenBack);
  await drainTouches(deployment);
  expect(await all(deployment, "conversationTokenUsage")).toMatchObject([{ messageCount: -1, lastUpdatedAt: 40 }]);
  const two = addDeltas(oneMessage, oneMessage);
  await touch(deployment, "conversationTokenUsage", key, two);
  await drainTouches(deployment);
  expect(await all(deployment, "conversationTokenUsage")).toMatchObject([{ messageCount: 1, totalTokens: 7 }]);
});

test("touches of what is gone are dropped, and a usage row goes with its conversation", async () => {
  const { deployment, user, conversation } = await world();
  const tag = await put(deployment, "tags", aTag(user, "a", { usageCount: 2 }));
  const usage = { conversationId: conversation, model: "m", totalTokens: 7, inputTokens: 3, outputTokens: 4 };
  await put(deployment, "conversationTokenUsage", { ...usage, messageCount: 1, lastUpdatedAt: 1, createdAt: 1 });
  await touch(deployment, "conversationTokenUsage", usageKey(conversation, "m"), oneMessage);
  await touch(deployment, "messageCount", conversation, { messageCount: 1 });
  await touch(deployment, "tags", tag, { usageCount: 1 });
  await deployment.run(async ({ db }) => {
    await db.delete(conversation);
    await db.delete(tag);
  });
  expect(await drainTouches(deployment)).toEqual({ folded: 0, dropped: 3 });
  expect(await all(deployment, "conversationTokenUsage")).toEqual([]);
  expect(await all(deployment, "unnestTouches")).toEqual([]);
});

test("what is malformed is dropped, and stops nothing else", async () => {
  const { deployment, user, conversation } = await world();
  const tag = await put(deployment, "tags", aTag(user, "a", { usageCount: 2 }));
  await touch(deployment, "noKind", tag, { usageCount: 1 });
  await touch(deployment, "tags", "no id", { usageCount: 1 });
  await touch(deployment, "tags", conversation, { usageCount: 1 });
  await touch(deployment, "tags", tag, { usageCount: Number.NaN });
  await touch(deployment, "tags", tag, { displayName: 1 });
  await touch(deployment, "conversationTokenUsage", "no separator", oneMessage);
  await touch(deployment, "sourceMetadata", "", { firstSeenAt: Number.NaN });
  await touch(deployment, "tags", tag, { usageCount: 1 });
  expect(await deployment.run(async ({ db }) => openDelta(db, "tags", tag))).toEqual({ usageCount: 1 });
  expect(await drainTouches(deployment)).toEqual({ folded: 1, dropped: 7 });
  expect(await all(deployment, "tags")).toMatchObject([{ usageCount: 3 }]);
});

test("a conversation that has no room for a count stops nothing else", async () => {
  const { deployment, user, conversation } = await world();
  const spare = 1_048_576 - 300;
  const full = await put(deployment, "conversations", aConversation(user, { systemPrompt: "x".repeat(spare) }));
  await deployment.run(async ({ db }) => {
    const document = await db.get(full);
    const rest = 1_048_576 - getConvexSize(document as never);
    await db.patch(full, { systemPrompt: "x".repeat(spare + rest) });
  });
  await touch(deployment, "messageCount", full, { messageCount: 1 });
  await touch(deployment, "messageCount", conversation, { messageCount: 1 });
  expect(await drainTouches(deployment)).toEqual({ folded: 1, dropped: 1 });
});

test("dropped writes of a moved field are counted for that field, with the latest time, whatever order they come in", async () => {
  const { deployment } = await world();
  const dropped = async (key: string, at: number) => {
    const delta = { dropped: 1 };
    await put(deployment, "unnestTouches", { migrationId: "phase-6", kind: droppedWrites, key, delta, at });
  };
  const counts = async () =>
    (await all(deployment, "unnestOldFieldWrites")).map((row) => [row.table, row.field, row.dropped, row.at]);
  await dropped("conversations.tokenUsage", 7);
  await dropped("conversations.tokenUsage", 9);
  await dropped("projects.conversationIds", 8);
  expect(await drainTouches(deployment)).toEqual({ folded: 3, dropped: 0 });
  expect(await counts()).toEqual([
    ["conversations", "tokenUsage", 2, 9],
    ["projects", "conversationIds", 1, 8],
  ]);
  await dropped("conversations.tokenUsage", 5);
  await put(deployment, "unnestOldFieldWrites", { table: "messages", field: "toolCalls", at: 20 });
  await dropped("messages.toolCalls", 21);
  await drainTouches(deployment);
  expect(await counts()).toEqual([
    ["conversations", "tokenUsage", 3, 9],
    ["projects", "conversationIds", 1, 8],
    ["messages", "toolCalls", 1, 21],
  ]);
  expect(await all(deployment, "unnestTouches")).toEqual([]);
});

test("the last moments are left to the next fold, the oldest come first", async () => {
  const { deployment, conversation } = await world();
  const fold = () => deployment.mutation(mounted("mutation", "foldTouches"), {});
  const oldest = () => deployment.run(async ({ db }) => oldestTouch(db));
  expect(await oldest()).toBeNull();
  await touch(deployment, "messageCount", conversation, { messageCount: 1 });
  vi.advanceTimersByTime(1_500);
  await touch(deployment, "messageCount", conversation, { messageCount: 2 });
  expect(await oldest()).toBe(1_000_000);
  vi.advanceTimersByTime(1_000);
  expect(await fold()).toEqual({ folded: 1, dropped: 0, more: false });
  expect(await oldest()).toBe(1_001_500);
  expect(await all(deployment, "conversations")).toMatchObject([{ messageCount: 1 }]);
});

test("a fold takes what one transaction can, and a chain of folds takes the rest", async () => {
  const { deployment, user } = await world();
  const tag = await put(deployment, "tags", aTag(user, "a", { usageCount: 2 }));
  await deployment.run(async ({ db }) => {
    const hot = { migrationId: "phase-5", kind: "tags", key: tag, delta: { usageCount: 1 }, at: 1 };
    for (let n = 0; n < 1_500; n++) await db.insert("unnestTouches", hot);
    const key = (model: number) => usageKey("no id", `${model}`);
    const cold = { migrationId: "phase-6", kind: "conversationTokenUsage", delta: oneMessage, at: 1 };
    for (let n = 0; n < 2_000; n++) await db.insert("unnestTouches", { ...cold, key: key(n) });
  });
  vi.advanceTimersByTime(10_000);
  const fold = mounted("mutation", "foldTouches");
  expect(await deployment.mutation(fold, {})).toEqual({ folded: 1_000, dropped: 0, more: true });
  expect(await all(deployment, "tags")).toMatchObject([{ usageCount: 1_002 }]);
  await deployment.mutation(fold, { until: Date.now() + 10_000 });
  await deployment.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1));
  expect(await all(deployment, "tags")).toMatchObject([{ usageCount: 1_502 }]);
  expect(await all(deployment, "unnestTouches")).toEqual([]);
});

test("rows of the greatest size are folded within a transaction's limits", async () => {
  const { deployment } = await world();
  for (let n = 0; n < 12; n++) {
    const big = { ...someMetadata, urlHash: `h${n}`, description: "x".repeat(1_000_000) };
    await touch(deployment, "sourceMetadata", await put(deployment, "sourceMetadata", big), { accessCount: 1 });
  }
  expect(await drainTouches(deployment)).toEqual({ folded: 12, dropped: 0 });
  expect((await all(deployment, "sourceMetadata")).every(({ accessCount }) => accessCount === 2)).toBe(true);
});

test("a chain of folds ends when the next tick begins another", async () => {
  const { deployment, conversation } = await world();
  await deployment.run(async ({ db }) => {
    const one = { migrationId: "phase-7", kind: "messageCount", key: conversation, delta: { messageCount: 1 }, at: 1 };
    for (let n = 0; n < 1_200; n++) await db.insert("unnestTouches", one);
  });
  vi.advanceTimersByTime(10_000);
  await deployment.mutation(mounted("mutation", "foldTouches"), { until: Date.now() });
  await deployment.finishAllScheduledFunctions(vi.runAllTimers);
  expect(await all(deployment, "unnestTouches")).toHaveLength(200);
});

test("under the final schema, which has neither switches nor their index, the fold goes on", async () => {
  const modules = {
    "/app/_generated/api.ts": async () => ({}),
    "/app/unnest.ts": () => import("../../../fixtures/application/unnest.js"),
  };
  const deployed = startEngine({ schema: finalSchema, modules, transactionLimits: true }) as unknown as Deployment;
  const { deployment, conversation } = await world(deployed);
  await touch(deployment, "conversationTokenUsage", usageKey(conversation, "m"), oneMessage);
  await touch(deployment, "messageCount", conversation, { messageCount: 1 });
  expect(await deployment.run(async ({ db }) => openDelta(db, "messageCount", conversation))).toEqual({
    messageCount: 1,
  });
  vi.advanceTimersByTime(10_000);
  await deployment.mutation(mounted("mutation", "tick"), {});
  vi.advanceTimersByTime(1);
  await deployment.finishInProgressScheduledFunctions();
  expect(await all(deployment, "conversationTokenUsage")).toMatchObject([{ messageCount: 1 }]);
  expect(await all(deployment, "conversations")).toMatchObject([{ messageCount: 1 }]);
});
