import type { FunctionArgs, FunctionReference } from "convex/server";
import type { GenericId } from "convex/values";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mounted } from "../../../convex/mount.js";
import type { WalkedPage } from "../../../convex/walk.js";
import { bookmarkTags } from "../../../transforms/bookmarkTags.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { conversed } from "../conversed.js";
import { all, type Deployment, put, setStep } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";
import { drive } from "../phase/drive.js";
import { openJob, setBackfilled, sync } from "./world.js";

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const compareShadow = mounted("mutation", "compareShadow") as unknown as FunctionReference<
  "mutation",
  "internal",
  Record<string, unknown>,
  WalkedPage
>;
const pass = { migrationId: "phase-1", epoch: 1, reader: "getMessageToolCalls", seed: 1, oneIn: 1 };

/** Compares all pages, as they schedule each other. */
async function compare(deployment: Deployment, args: Partial<FunctionArgs<typeof compareShadow>> = {}): Promise<void> {
  await deployment.mutation(compareShadow, { ...pass, ...args });
  await deployment.finishAllScheduledFunctions(vi.runAllTimers);
}

/** So many messages in step, at step `shadow`, backfilled. */
async function shadowed(count: number) {
  const { deployment, conversation } = await conversed();
  await setBackfilled(deployment, "phase-1", "shadow");
  const ids: GenericId<"messages">[] = [];
  for (let at = 0; at < count; at++) {
    const message = await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("secret name")] }));
    await sync(deployment, toolCalls, message);
    ids.push(message);
  }
  const spoil = async (at: number) => {
    const row = (await all(deployment, "toolCalls")).find(({ messageId }) => messageId === ids[at]);
    if (row === undefined) throw new Error("no such row");
    await deployment.run(({ db }) => db.patch(row._id, { toolName: "spoilt" }));
    return row._id;
  };
  return { deployment, ids, spoil };
}

test("sides that agree leave nothing; one that differs leaves ids and hashes, once, and goes when it agrees again", async () => {
  const { deployment, ids, spoil } = await shadowed(3);
  await compare(deployment);
  expect(await all(deployment, "unnestShadowDifferences")).toEqual([]);
  const row = await spoil(1);
  await compare(deployment);
  await compare(deployment, { seed: 2 });
  const [difference, ...more] = await all(deployment, "unnestShadowDifferences");
  expect(more).toEqual([]);
  expect(difference).toMatchObject({ reader: "getMessageToolCalls", table: "messages", documentId: ids[1] });
  expect([difference?.old, difference?.new]).toEqual([
    expect.stringMatching(/^[0-9a-f]{32}$/),
    expect.stringMatching(/^[0-9a-f]{32}$/),
  ]);
  expect(JSON.stringify(difference)).not.toMatch(/secret|spoilt/);
  await deployment.run(({ db }) => db.patch(row, { toolName: "search" }));
  // Known differences are looked at whatever the sample is.
  await compare(deployment, { oneIn: 2 ** 24 });
  expect(await all(deployment, "unnestShadowDifferences")).toEqual([]);
});

test("a difference goes with its document, and others' differences stay", async () => {
  const { deployment, ids, spoil } = await shadowed(1);
  await spoil(0);
  const foreign = { reader: "getTags", table: "bookmarks", documentId: "b", old: "1", new: "2", createdAt: 0 };
  await put(deployment, "unnestShadowDifferences", foreign);
  await compare(deployment);
  expect(await all(deployment, "unnestShadowDifferences")).toHaveLength(2);
  await deployment.run(({ db }) => db.delete(ids[0] as never));
  await compare(deployment);
  expect(await all(deployment, "unnestShadowDifferences")).toMatchObject([foreign]);
});

test("pages follow each other to the end; a dry run and a single page change nothing more", async () => {
  const { deployment, spoil } = await shadowed(7);
  for (const at of [0, 3, 6]) await spoil(at);
  await compare(deployment, { documents: 2, dryRun: true });
  expect(await all(deployment, "unnestShadowDifferences")).toEqual([]);
  const first = await deployment.mutation(compareShadow, { ...pass, documents: 2, once: true });
  expect(first.isDone).toBe(false);
  const second = await deployment.mutation(compareShadow, { ...pass, documents: 2, once: true, cursor: first.cursor });
  expect([second.visited, second.left]).toEqual([2, 1]);
  await compare(deployment, { documents: 2 });
  expect(await all(deployment, "unnestShadowDifferences")).toHaveLength(3);
});

test("the seed chooses the sample", async () => {
  const { deployment, spoil } = await shadowed(24);
  for (let at = 0; at < 24; at++) await spoil(at);
  const chosen = async (seed: number) => {
    await drive(deployment, "compareShadow", { ...pass, seed, oneIn: 4, once: true });
    const found = (await all(deployment, "unnestShadowDifferences")).map(({ documentId }) => documentId).sort();
    await deployment.run(async ({ db }) => {
      for (const { _id } of await db.query("unnestShadowDifferences").collect()) await db.delete(_id);
    });
    return found;
  };
  const first = await chosen(1);
  expect(first.length).toBeGreaterThan(0);
  expect(first.length).toBeLessThan(24);
  expect(await chosen(1)).toEqual(first);
  expect(await chosen(2)).not.toEqual(first);
});

test("what waits for a job, or for the backfill, is no difference; what the backfill left out is", async () => {
  const { deployment, ids, spoil } = await shadowed(2);
  await spoil(0);
  await openJob(deployment, toolCalls, ids[0] ?? "");
  const row = await spoil(1);
  await deployment.run(({ db }) => db.delete(row));
  await setStep(deployment, "phase-1", "shadow");
  await compare(deployment);
  expect(await all(deployment, "unnestShadowDifferences")).toEqual([]);
  await setBackfilled(deployment, "phase-1", "shadow");
  await compare(deployment);
  expect(await all(deployment, "unnestShadowDifferences")).toMatchObject([{ documentId: ids[1] }]);
});

test("references are compared by natural key, labels and tags of all kinds of document", async () => {
  const { deployment, user, conversation } = await conversed();
  await setBackfilled(deployment, "phase-5", "shadow");
  const messageId = await put(deployment, "messages", aMessage(conversation));
  const saved = { userId: user, messageId, conversationId: conversation, createdAt: 4 };
  const bookmark = await put(deployment, "bookmarks", { ...saved, tags: ["a", "b/c"] });
  await sync(deployment, bookmarkTags, bookmark);
  const tags = { migrationId: "phase-5", reader: "getTags" };
  await compare(deployment, tags);
  expect(await all(deployment, "unnestShadowDifferences")).toEqual([]);
  const other = (await all(deployment, "tags")).find(({ slug }) => slug === "b");
  const [link] = await all(deployment, "bookmarkTags");
  await deployment.run(({ db }) => db.patch(link?._id as never, { tagId: other?._id } as never));
  await compare(deployment, tags);
  expect(await all(deployment, "unnestShadowDifferences")).toMatchObject([{ reader: "getTags", documentId: bookmark }]);
});

test("another epoch, another step and a reader nobody has are refused", async () => {
  const { deployment } = await shadowed(0);
  const refusal = async (args: object) =>
    await deployment.mutation(compareShadow, { ...pass, ...args }).catch((error: { data: unknown }) => error.data);
  expect(await refusal({ epoch: 2 })).toMatchObject({ code: "epoch_ended" });
  expect(await refusal({ reader: "toString" })).toMatchObject({ code: "unknown_reader" });
  expect(await refusal({ reader: "getTags" })).toMatchObject({ code: "unknown_reader" });
  await setStep(deployment, "phase-1", "dual-write");
  expect(await refusal({})).toMatchObject({ code: "wrong_step" });
});
