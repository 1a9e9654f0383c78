import type { GenericId } from "convex/values";
import { expect, test } from "vitest";
import type { HelperContext } from "../../../convex/helpers/helperContext.js";
import { mergeTags } from "../../../convex/helpers/tags/renameTag.js";
import { addTag } from "../../../convex/helpers/tags/setTags.js";
import { upsertToolCall } from "../../../convex/helpers/toolCalls.js";
import type { MutationCtx } from "../../../convex/runtime.js";
import { startSync } from "../../../convex/sync/sync.js";
import { all, type Deployment, put } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";
import { wrapped } from "../dualWrite/wrapped.js";
import { stopClock } from "./clock.js";
import { ask, askAll, call, climb, drive, refusalOf } from "./drive.js";
import { aWorld } from "./world.js";

stopClock();

const driftOf = async (deployment: Deployment, migrationId: string, part: string) =>
  (await askAll(deployment, "verifyPhase", { migrationId, part, documents: 2 })).flatMap(({ drifted }) => drifted);

test("each way in which rows differ from their part has its name, and an open job says that it is none", async () => {
  const { deployment, conversation } = await aWorld();
  const ids: GenericId<"messages">[] = [];
  for (let at = 0; at < 5; at += 1)
    ids.push(await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("a"), aCall("b")] })));
  await climb(deployment, "phase-1", "dual-write");
  const [missing, stale, orphan, duplicate, gone] = ids;
  await deployment.run(async ({ db }) => {
    const first = (id: GenericId<"messages"> | undefined) =>
      db
        .query("toolCalls")
        .withIndex("by_message", (range) => range.eq("messageId", id as GenericId<"messages">))
        .first();
    const rows = await Promise.all(ids.map(first));
    if (rows[0] && rows[1]) {
      await db.delete(rows[0]._id);
      await db.patch(rows[1]._id, { toolName: "other", createdAt: 99 });
    }
    for (const [row, toolCallId] of [
      [rows[2], "c"],
      [rows[3], "a"],
    ] as const) {
      if (row == null) continue;
      const { _id, _creationTime, ...columns } = row;
      await db.insert("toolCalls", { ...columns, toolCallId });
    }
    if (gone) await db.delete(gone);
  });
  const job = {
    migrationId: "phase-1",
    epoch: 1,
    kind: "message/toolCalls",
    table: "messages",
    attempts: 0,
    createdAt: 0,
  };
  await put(deployment, "unnestJobs", { ...job, documentId: stale ?? "" });
  expect(await driftOf(deployment, "phase-1", "message/toolCalls")).toEqual([
    { documentId: missing, reasons: ["missing"], jobOpen: false },
    { documentId: stale, reasons: ["stale"], jobOpen: true },
    { documentId: orphan, reasons: ["orphan"], jobOpen: false },
    { documentId: duplicate, reasons: ["duplicate"], jobOpen: false },
    { documentId: gone, reasons: ["orphan"], jobOpen: false },
    { documentId: gone, reasons: ["orphan"], jobOpen: false },
  ]);
  expect(await driftOf(deployment, "phase-1", "message/attachments")).toEqual([]);
});

test("a row whose tag is gone, and a name whose tag is, are missing", async () => {
  const { deployment, bookmark } = await aWorld();
  await climb(deployment, "phase-5", "dual-write");
  await deployment.run(async ({ db }) => {
    for (const { _id, slug } of await db.query("tags").collect())
      if (slug === "home" || slug === "ui") await db.delete(_id);
  });
  expect(await driftOf(deployment, "phase-5", "bookmark/tags")).toEqual([
    { documentId: bookmark, reasons: ["missing", "orphan"], jobOpen: false },
  ]);
  expect(await driftOf(deployment, "phase-5", "feedbackTag/tag")).toMatchObject([{ reasons: ["missing"] }]);
});

test("a part whose value is in its rows differs only from what was moved; one with its old field, from that", async () => {
  const { deployment } = await aWorld();
  const epoch = await climb(deployment, "phase-1", "new");
  await call(deployment, "startCleanup", { migrationId: "phase-1", force: ["buffer_running"] });
  await drive(deployment, "cleanupPage", { migrationId: "phase-1", epoch });
  await deployment.run(async ({ db }) => {
    for (const { _id } of await db.query("toolCalls").collect()) await db.patch(_id, { toolName: "renamed" });
  });
  expect(await driftOf(deployment, "phase-1", "message/toolCalls")).toEqual([]);
  const [message] = await all(deployment, "messages");
  if (message) await deployment.run(({ db }) => db.patch(message._id, { toolCalls: [aCall("new")] }));
  expect(await driftOf(deployment, "phase-1", "message/toolCalls")).toMatchObject([
    { documentId: message?._id, reasons: expect.arrayContaining(["altered"]) },
  ]);
});

test("a value of moved parts that is replaced or lost past the migration is noticed, what helpers and syncs do is not", async () => {
  const { deployment, bookmark, message, conversation } = await aWorld();
  for (const migrationId of ["phase-1", "phase-5"] as const) {
    const epoch = await climb(deployment, migrationId, "new");
    await call(deployment, "startCleanup", { migrationId, force: ["buffer_running"] });
    await drive(deployment, "cleanupPage", { migrationId, epoch });
  }
  const drift = async () => [
    ...(await driftOf(deployment, "phase-1", "message/toolCalls")),
    ...(await driftOf(deployment, "phase-5", "bookmark/tags")),
    ...(await driftOf(deployment, "phase-5", "note/tags")),
  ];
  await wrapped(deployment, (db) => db.patch(bookmark, { note: "n" }));
  const edited = async (work: (ctx: MutationCtx & HelperContext) => Promise<unknown>) =>
    await deployment.mutation(async (ctx: MutationCtx) => await work({ ...ctx, unnest: await startSync(ctx) }));
  await edited((ctx) => addTag(ctx, "bookmarks", bookmark, "Later"));
  const [other, work] = await Promise.all(["other", "work"].map((slug) => tagNamed(deployment, slug)));
  await edited((ctx) => mergeTags(ctx, other ?? "", work ?? ""));
  expect(await all(deployment, "noteTags")).toHaveLength(1);
  await edited((ctx) => upsertToolCall(ctx, message, { id: "n", name: "n", arguments: {} }));
  await wrapped(deployment, (db) => db.patch(message, { status: "error" }));
  await wrapped(deployment, (db) => db.delete(conversation));
  expect(await drift()).toEqual([]);
  // As a write would that replaces the rows by what it computed from nothing, and takes the original along.
  await deployment.run(async ({ db }) => {
    for (const row of await db.query("bookmarkTags").collect())
      if (row.bookmarkId === bookmark) await db.delete(row._id);
    for (const entry of await db.query("unnestLedger").collect())
      if (entry.documentId === message) await db.delete(entry._id);
  });
  const reasons = { reasons: ["altered"], jobOpen: false };
  expect(await drift()).toEqual([
    { documentId: message, ...reasons },
    { documentId: bookmark, ...reasons },
  ]);
});

async function tagNamed(deployment: Deployment, slug: string): Promise<string | undefined> {
  return (await all(deployment, "tags")).find((tag) => tag.slug === slug && tag.scope === "user")?._id;
}

test("a part of another phase, or of none, is refused", async () => {
  const { deployment } = await aWorld();
  const verify = (part: string) => refusalOf(ask(deployment, "verifyPhase", { migrationId: "phase-1", part }));
  expect(await verify("bookmark/tags")).toEqual(["unknown_part"]);
  expect(await verify("message/nothing")).toEqual(["unknown_part"]);
});
