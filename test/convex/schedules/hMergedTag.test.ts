import type { GenericId } from "convex/values";
import { expect, test } from "vitest";
import { anyReader } from "../../../convex/documents.js";
import { editPart } from "../../../convex/helpers/editPart.js";
import { rebuiltFields } from "../../../convex/sync/storedPart.js";
import { startSync } from "../../../convex/sync/sync.js";
import { bookmarkTags } from "../../../transforms/bookmarkTags.js";
import { drainTouches } from "../aggregates/drainTouches.js";
import { all, type Deployment, deploy, put, setStep } from "../deployment.js";
import { aConversation, aMessage, aUser } from "../documents.js";
import { batchOf, sendParts, takeSnapshot } from "../import/snapshot.js";

async function twoBatches() {
  const deployment = deploy();
  const userId = await put(deployment, "users", aUser());
  const conversationId = await put(deployment, "conversations", aConversation(userId));
  const messageId = await put(deployment, "messages", aMessage(conversationId));
  const bookmark = (tags: string[]) =>
    put(deployment, "bookmarks", { userId, messageId, conversationId, tags, createdAt: 4 });
  const [first, second] = [await bookmark(["Jobs", "Work"]), await bookmark(["Jobs"])];
  await setStep(deployment, "phase-5", "dual-write");
  const snapshot = await takeSnapshot(deployment, "phase-5");
  const batch = (id: GenericId<"bookmarks">) => batchOf(snapshot, ({ documentId }) => documentId === id);
  return { deployment, first, second, batch };
}

/** Slugs of each bookmark's links, and how often each tag is counted once everything is folded. */
async function outcome(deployment: Deployment) {
  await drainTouches(deployment);
  const tags = await all(deployment, "tags");
  const slugOf = new Map(tags.map(({ _id, slug }) => [_id, slug]));
  const links = (await all(deployment, "bookmarkTags")).map(({ bookmarkId, tagId }) => [bookmarkId, slugOf.get(tagId)]);
  return { links, counts: Object.fromEntries(tags.map(({ slug, usageCount }) => [slug, usageCount])) };
}

test("(h) a tag merged away between two batches that refer to it, authority old: no link comes back to it", async () => {
  const { deployment, first, second, batch } = await twoBatches();
  await sendParts(deployment, batch(first));
  for (const id of [first, second]) {
    await deployment.run(async (ctx) => editPart(await startSync(ctx), bookmarkTags, id, () => ({ tags: ["Work"] })));
  }
  await deployment.run(async ({ db }) => {
    const jobs = (await db.query("tags").collect()).find(({ slug }) => slug === "jobs");
    if (jobs !== undefined) await db.delete(jobs._id);
  });
  expect(await sendParts(deployment, batch(second))).toMatchObject({ outcomes: ["resynced"] });
  const { links, counts } = await outcome(deployment);
  expect(links).toEqual([
    [first, "work"],
    [second, "work"],
  ]);
  // The batch made it again, as nobody's: `prune` takes it.
  expect(counts).toEqual({ work: 2, jobs: 0 });
});

test("(h) the same under authority new, the arrays gone: the tag itself does not come back either", async () => {
  const { deployment, first, second, batch } = await twoBatches();
  await sendParts(deployment, batch(first));
  await sendParts(deployment, batch(second));
  await drainTouches(deployment);
  await setStep(deployment, "phase-5", "cleaned");
  await deployment.run(async (ctx) => {
    const { touches } = await startSync(ctx);
    for (const id of [first, second]) await ctx.db.patch(id, { tags: undefined });
    const tags = await ctx.db.query("tags").collect();
    const [jobs, work] = [tags.find(({ slug }) => slug === "jobs"), tags.find(({ slug }) => slug === "work")];
    if (jobs === undefined || work === undefined) throw new Error("the batches made both");
    const [both, onlyJobs] = (await ctx.db.query("bookmarkTags").collect()).filter(({ tagId }) => tagId === jobs._id);
    if (both === undefined || onlyJobs === undefined) throw new Error("both bookmarks had the tag");
    await ctx.db.delete(both._id);
    await ctx.db.patch(onlyJobs._id, { tagId: work._id });
    await touches.add("tags", work._id, { usageCount: 1 });
    await ctx.db.delete(jobs._id);
  });
  await sendParts(deployment, batch(second), { batchId: "late" });
  await sendParts(deployment, batch(first), { batchId: "later" });
  expect(await outcome(deployment)).toEqual({
    links: [
      [first, "work"],
      [second, "work"],
    ],
    counts: { work: 2 },
  });
  const rebuilt = await deployment.run(async ({ db }) =>
    rebuiltFields(anyReader(db), bookmarkTags, (await db.get(second)) as never),
  );
  expect(rebuilt).toEqual({ tags: ["Work"] });
});
