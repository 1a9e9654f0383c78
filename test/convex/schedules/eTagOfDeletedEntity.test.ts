import { expect, test } from "vitest";
import { startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import { snippetTags } from "../../../transforms/snippetTags.js";
import { drainTouches } from "../aggregates/drainTouches.js";
import { all, deploy, put, setStep } from "../deployment.js";
import { aConversation, aMessage, aUser } from "../documents.js";
import { sendParts, takeSnapshot } from "../import/snapshot.js";

async function tagged() {
  const deployment = deploy();
  const userId = await put(deployment, "users", aUser());
  const sourceConversationId = await put(deployment, "conversations", aConversation(userId));
  const sourceMessageId = await put(deployment, "messages", aMessage(sourceConversationId));
  const fields = { userId, sourceMessageId, sourceConversationId, text: "t", createdAt: 4 };
  const snippet = await put(deployment, "snippets", { ...fields, tags: ["Only here"] });
  await setStep(deployment, "phase-5", "dual-write");
  const snapshot = await takeSnapshot(deployment, "phase-5");
  const remove = () =>
    deployment.run(async (ctx) => {
      await ctx.db.delete(snippet);
      await syncPart(await startSync(ctx), snippetTags, snippet);
    });
  return { deployment, snapshot, remove };
}

test("(e) the only entity with a tag is deleted after the snapshot, then the tag's batch arrives: no link, and a tag nobody counts", async () => {
  const { deployment, snapshot, remove } = await tagged();
  await remove();
  expect(await sendParts(deployment, snapshot)).toMatchObject({ outcomes: ["resynced"] });
  expect(await all(deployment, "snippetTags")).toEqual([]);
  await drainTouches(deployment);
  expect(await all(deployment, "tags")).toMatchObject([{ slug: "only here", usageCount: 0 }]);
});

test("(e) the same when the batch had arrived before as well: what was counted is taken back once", async () => {
  const { deployment, snapshot, remove } = await tagged();
  await sendParts(deployment, snapshot);
  await drainTouches(deployment);
  expect(await all(deployment, "tags")).toMatchObject([{ usageCount: 1 }]);
  await remove();
  await sendParts(deployment, snapshot);
  await drainTouches(deployment);
  expect(await all(deployment, "snippetTags")).toEqual([]);
  expect(await all(deployment, "tags")).toMatchObject([{ usageCount: 0 }]);
});
