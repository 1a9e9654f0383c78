import { getConvexSize } from "convex/values";
import { expect, test, vi } from "vitest";
import { conversed } from "../conversed.js";
import { all, put } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";
import { day, stopClock } from "./clock.js";
import { call, climb, drive, markAllVerified, prove, refusalOf, statusOf } from "./drive.js";
import { aWorld, source } from "./world.js";

stopClock();

const migrationId = "phase-1";

test("cleanup is refused while the buffer runs, and the buffer is as long as the switch to new said", async () => {
  const { deployment } = await conversed();
  const epoch = await climb(deployment, migrationId, "new-then-old");
  await call(deployment, "markBackfilled", { migrationId, epoch });
  await prove(deployment, migrationId, epoch);
  await call(deployment, "switchStep", { migrationId, to: "new", bufferDays: 2 });
  const start = (extra = {}) => refusalOf(call(deployment, "startCleanup", { migrationId, ...extra }));
  vi.setSystemTime(Date.now() + 2 * day - 1);
  expect(await start()).toEqual(["switch_refused", "verification_stale", "buffer_running"]);
  await markAllVerified(deployment, migrationId, epoch);
  expect(await start()).toEqual(["switch_refused", "buffer_running"]);
  expect(await start({ dryRun: true, force: ["buffer_running"] })).toEqual([]);
  vi.setSystemTime(Date.now() + 1);
  expect(await start()).toEqual([]);
  expect(await statusOf(deployment, migrationId)).toMatchObject({ step: "cleaned" });
  expect(await start()).toEqual(["switch_refused", "wrong_step"]);
});

test("cleanup is refused while jobs are set aside, and while a moved field was written within the buffer", async () => {
  const { deployment } = await conversed();
  const epoch = await climb(deployment, migrationId, "new");
  vi.setSystemTime(Date.now() + 30 * day);
  await markAllVerified(deployment, migrationId, epoch);
  const job = { migrationId, epoch, kind: "message/toolCalls", table: "messages", documentId: "m" };
  await put(deployment, "unnestJobs", { ...job, attempts: 5, createdAt: Date.now() });
  await put(deployment, "unnestOldFieldWrites", { table: "messages", field: "toolCalls", at: Date.now() - 29 * day });
  await put(deployment, "unnestOldFieldWrites", { table: "messages", field: "attachments", at: Date.now() - 30 * day });
  await put(deployment, "unnestOldFieldWrites", { table: "messages", field: "sources", at: Date.now() });
  const start = (force: string[]) => refusalOf(call(deployment, "startCleanup", { migrationId, force, dryRun: true }));
  expect(await start([])).toEqual(["switch_refused", "set_aside_jobs", "old_field_writes"]);
  expect(await start(["set_aside_jobs"])).toEqual(["switch_refused", "old_field_writes"]);
  expect(await start(["set_aside_jobs", "old_field_writes"])).toEqual([]);
  expect(await statusOf(deployment, migrationId)).toMatchObject({
    oldFieldWrites: ["messages.toolCalls"],
    jobsSetAside: 1,
  });
});

test("cleanup waits for every job: rows of a field that was removed would become its value", async () => {
  const { deployment, conversation } = await conversed();
  const message = await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("a")] }));
  const epoch = await climb(deployment, migrationId, "new");
  // As a write that removes the field and finds no room for the sync.
  await deployment.run(({ db }) => db.patch(message, { toolCalls: undefined }));
  const job = { migrationId, epoch, kind: "message/toolCalls", table: "messages", documentId: message };
  await put(deployment, "unnestJobs", { ...job, attempts: 0, createdAt: Date.now() });
  const start = () => refusalOf(call(deployment, "startCleanup", { migrationId, force: ["buffer_running"] }));
  expect(await start()).toEqual(["switch_refused", "open_jobs"]);
  await call(deployment, "workOffJobs", {});
  await deployment.finishInProgressScheduledFunctions();
  vi.advanceTimersByTime(1);
  await deployment.finishInProgressScheduledFunctions();
  expect(await all(deployment, "toolCalls")).toEqual([]);
  expect(await start()).toEqual([]);
});

test("a page of another epoch, or before the switch, writes nothing", async () => {
  const { deployment, conversation } = await conversed();
  await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("a")] }));
  const epoch = await climb(deployment, migrationId, "new");
  expect(await refusalOf(call(deployment, "cleanupPage", { migrationId, epoch }))).toEqual(["wrong_step"]);
  const dry = await call(deployment, "cleanupPage", { migrationId, epoch, dryRun: true });
  expect(dry).toMatchObject({ cleaned: 1, originals: 0, left: 0 });
  await call(deployment, "startCleanup", { migrationId, force: ["buffer_running"] });
  expect(await refusalOf(call(deployment, "cleanupPage", { migrationId, epoch: 2 }))).toEqual(["epoch_ended"]);
  expect(await refusalOf(call(deployment, "cleanupPage", { migrationId, epoch, cursor: "?" }))).toEqual(["bad_cursor"]);
  expect(await all(deployment, "messages")).toMatchObject([{ toolCalls: [{ id: "a" }] }]);
  expect(await all(deployment, "unnestMigrations")).toEqual([]);
});

test("a part whose job was set aside keeps its old fields until the job is done; the other parts go", async () => {
  const { deployment, conversation } = await conversed();
  const attachments = [{ type: "file" as const, name: "f", storageId: "x", mimeType: "t", size: 1 }];
  const message = await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("a")], attachments }));
  const epoch = await climb(deployment, migrationId, "new");
  const job = { migrationId, epoch, kind: "message/toolCalls", table: "messages", documentId: message };
  const jobId = await put(deployment, "unnestJobs", { ...job, attempts: 5, createdAt: Date.now() });
  await call(deployment, "startCleanup", { migrationId, force: ["buffer_running", "set_aside_jobs"] });
  const [page] = await drive(deployment, "cleanupPage", { migrationId, epoch });
  const kept = [{ table: "messages", documentId: message, part: "message/toolCalls", reason: "set_aside_job" }];
  expect(page).toMatchObject({ left: 1, cleaned: 1, originals: 1, kept });
  const [left] = await all(deployment, "messages");
  expect(left).toMatchObject({ toolCalls: [{ id: "a" }] });
  expect(left).not.toHaveProperty("attachments");
  expect(await refusalOf(call(deployment, "switchStep", { migrationId, to: "complete" }))).toEqual([
    "switch_refused",
    "not_cleaned",
  ]);
  await deployment.run(({ db }) => db.delete(jobId));
  const [again] = await drive(deployment, "cleanupPage", { migrationId, epoch });
  expect(again).toMatchObject({ left: 0, cleaned: 1, kept: [] });
  expect(await refusalOf(call(deployment, "switchStep", { migrationId, to: "complete" }))).toEqual([]);
});

test("a part whose sync throws keeps its old fields, is listed, and gets a job", async () => {
  const { deployment, conversation } = await conversed();
  const cited = { sources: [source("1", "https://a.example/")] };
  const message = await put(deployment, "messages", aMessage(conversation, cited));
  const epoch = await climb(deployment, "phase-2", "new");
  // Another url with the same hash, which no mapping may merge.
  await deployment.run(async ({ db }) => {
    const row = await db.query("sourceMetadata").first();
    if (row !== null) await db.patch(row._id, { url: "https://other.example/" });
  });
  await call(deployment, "startCleanup", { migrationId: "phase-2", force: ["buffer_running"] });
  const [page] = await drive(deployment, "cleanupPage", { migrationId: "phase-2", epoch });
  expect(page).toMatchObject({ left: 1, kept: [{ documentId: message, reason: "sync_failed" }] });
  expect(await all(deployment, "messages")).toMatchObject([cited]);
  expect(await all(deployment, "unnestJobs")).toMatchObject([{ kind: "message/sources", documentId: message }]);
});

test("a part whose original would pass the limit of a document keeps its old fields", async () => {
  const { deployment, conversation } = await conversed();
  const of = (length: number) =>
    aMessage(conversation, { toolCalls: [aCall("a", { result: "x".repeat(length) }), aCall("a")] });
  const room = 1_048_576 - getConvexSize(of(0) as never) - 100;
  await put(deployment, "messages", of(room));
  const epoch = await climb(deployment, migrationId, "new");
  await call(deployment, "startCleanup", { migrationId, force: ["buffer_running"] });
  const [page] = await drive(deployment, "cleanupPage", { migrationId, epoch });
  expect(page).toMatchObject({ left: 1, kept: [{ part: "message/toolCalls", reason: "original_too_large" }] });
  expect((await all(deployment, "messages"))[0]).toHaveProperty("toolCalls");
  expect(await all(deployment, "unnestLedger")).toEqual([]);
});

test("a project's array is compared with links that stand, even those that cleanup itself has to write", async () => {
  const { deployment } = await aWorld();
  const before = await all(deployment, "projects");
  const epoch = await climb(deployment, "phase-3", "new");
  await deployment.run(async ({ db }) => {
    for (const { _id } of await db.query("projectConversations").collect()) await db.delete(_id);
  });
  await call(deployment, "startCleanup", { migrationId: "phase-3", force: ["buffer_running"] });
  await drive(deployment, "cleanupPage", { migrationId: "phase-3", epoch });
  await call(deployment, "startRebuild", { migrationId: "phase-3" });
  await drive(deployment, "rebuildPage", { migrationId: "phase-3", epoch });
  expect(await all(deployment, "projects")).toEqual(before);
});

test("a page ends where half of a limit is spent, and the next one goes on behind the last document that is done", async () => {
  const { deployment, conversation } = await conversed();
  // A page's worth of bytes, which a transaction reads again for each of the two parts and each of their patches.
  const messages = 40;
  const attachments = [{ type: "file" as const, name: "f", storageId: "x", mimeType: "t", size: 1 }];
  const fields = { content: "x".repeat(50_000), toolCalls: [aCall("a")], attachments };
  for (let at = 0; at < messages; at += 1) await put(deployment, "messages", aMessage(conversation, fields));
  const epoch = await climb(deployment, migrationId, "new");
  await call(deployment, "startCleanup", { migrationId, force: ["buffer_running"] });
  const pages = await drive(deployment, "cleanupPage", { migrationId, epoch });
  expect(pages.length).toBeGreaterThan(1);
  // Each message, and each one's row, whose document is looked for.
  expect(pages.reduce((sum, { visited }) => sum + visited, 0)).toBe(2 * messages);
  expect(pages.reduce((sum, { cleaned = 0 }) => sum + cleaned, 0)).toBe(2 * messages);
  expect(await all(deployment, "unnestMigrations")).toMatchObject([
    { name: "cleanup", status: "completed", processedRecords: 2 * messages, checkpoint: { errorCount: 0 } },
  ]);
});

test("rows whose document went past the wrapper go with the cleanup: delta looks at this phase no more", async () => {
  const { deployment, conversation } = await conversed();
  const gone = await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("a")] }));
  const stays = await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("b")] }));
  const epoch = await climb(deployment, migrationId, "new");
  await deployment.run(async ({ db }) => await db.delete(gone));
  expect(await all(deployment, "toolCalls")).toHaveLength(2);
  await call(deployment, "startCleanup", { migrationId, force: ["buffer_running"] });
  const pages = await drive(deployment, "cleanupPage", { migrationId, epoch });
  expect(pages.reduce((sum, { orphans = 0 }) => sum + orphans, 0)).toBe(1);
  expect(await all(deployment, "toolCalls")).toMatchObject([{ messageId: stays, toolCallId: "b" }]);
});
