import { expect, test } from "vitest";
import { anyReader } from "../../../convex/documents.js";
import { ownedTablesOf, rowTablesOf } from "../../../convex/phase/phaseTables.js";
import { phases } from "../../../convex/phases.js";
import { all, put, setStep } from "../deployment.js";
import { stopClock } from "./clock.js";
import { askAll, call, climb, drive, driveBadly, refusalOf, statusOf } from "./drive.js";
import { aWorld } from "./world.js";

stopClock();

const state = ["unnestTouches", "unnestJobs", "unnestBatches", "unnestLedger", "unnestShadowDifferences"] as const;

test.each(phases)(
  "an abort of %s takes all that it wrote, every page sent twice, and no old field",
  async (migrationId) => {
    const { deployment, message } = await aWorld();
    const old = await all(deployment, "messages");
    const epoch = await climb(deployment, migrationId, "new");
    const job = { kind: "fanOut", table: "messages", documentId: message, attempts: 5, createdAt: 1 };
    for (const phase of [migrationId, "other"]) {
      await put(deployment, "unnestJobs", { migrationId: phase, epoch, ...job });
      await put(deployment, "unnestBatches", {
        migrationId: phase,
        epoch,
        batchId: phase,
        hash: "",
        answer: [],
        createdAt: 1,
      });
    }
    await call(deployment, "startAbort", { migrationId, valuesSaved: true });
    await driveBadly(deployment, "abortPage", { migrationId, epoch });
    for (const table of rowTablesOf(migrationId))
      expect(await deployment.run(({ db }) => anyReader(db).query(table).collect())).toEqual([]);
    const rest = await Promise.all(state.map((table) => all(deployment, table)));
    expect(rest.flat()).toMatchObject([{ migrationId: "other" }, { migrationId: "other" }]);
    expect(await all(deployment, "messages")).toEqual(old);
    expect(await statusOf(deployment, migrationId)).toMatchObject({ step: "off", epoch });
    expect(await call(deployment, "switchStep", { migrationId, to: "dual-write" })).toMatchObject({ epoch: epoch + 1 });
  },
);

test("application-owned values come back before the abort, which waits for being told so", async () => {
  const { deployment } = await aWorld();
  for (const migrationId of ["phase-2", "phase-5"] as const) {
    await climb(deployment, migrationId, "dual-write");
    expect(ownedTablesOf(migrationId)).toHaveLength(1);
    expect(await refusalOf(call(deployment, "startAbort", { migrationId }))).toEqual([
      "switch_refused",
      "values_not_saved",
    ]);
    expect(await statusOf(deployment, migrationId)).toMatchObject({ step: "dual-write" });
  }
  const pages = await askAll(deployment, "applicationValues", { migrationId: "phase-5", documents: 2 });
  expect(pages.length).toBeGreaterThan(1);
  const rows = pages.flatMap((page) => page.rows ?? []);
  expect(rows).toHaveLength((await all(deployment, "tags")).length);
  expect(rows).toContainEqual({ table: "tags", key: { scope: "global", slug: "ui" }, values: { displayName: "UI" } });
  const unnamed = await askAll(deployment, "applicationValues", { migrationId: "phase-2" });
  expect(unnamed.flatMap((page) => page.rows)).toEqual([]);
});

test("message counts keep what touches say, and repairs are undone", async () => {
  const { deployment, conversation } = await aWorld();
  const epoch = await climb(deployment, "phase-7", "dual-write");
  const touch = { migrationId: "phase-7", kind: "messageCount", key: conversation, at: 1 };
  for (const messageCount of [3, -1]) await put(deployment, "unnestTouches", { ...touch, delta: { messageCount } });
  const entry = { migrationId: "phase-7", table: "conversations", documentId: conversation, part: "p", createdAt: 1 };
  await put(deployment, "unnestLedger", {
    ...entry,
    code: "repaired",
    value: { systemPrompt: "before", title: "other" },
  });
  await call(deployment, "startAbort", { migrationId: "phase-7" });
  const dry = await drive(deployment, "abortPage", { migrationId: "phase-7", epoch, dryRun: true });
  expect(await all(deployment, "unnestTouches")).toHaveLength(2);
  const pages = await drive(deployment, "abortPage", { migrationId: "phase-7", epoch });
  const sum = (answers: typeof pages) => answers.map(({ deleted = 0, putBack = 0 }) => [deleted, putBack]);
  expect(sum(pages)).toEqual(sum(dry));
  expect(await all(deployment, "conversations")).toContainEqual(
    expect.objectContaining({ _id: conversation, messageCount: 4, systemPrompt: "before", title: "T" }),
  );
  expect(await all(deployment, "unnestLedger")).toEqual([]);
});

test("there is no abort once the authority is new, and none of a phase that was never begun", async () => {
  const { deployment } = await aWorld();
  const abort = () => refusalOf(call(deployment, "startAbort", { migrationId: "phase-1" }));
  expect(await abort()).toEqual(["switch_refused", "wrong_step"]);
  for (const step of ["cleaned", "returning", "complete"] as const) {
    await setStep(deployment, "phase-1", step);
    expect(await abort()).toEqual(["switch_refused", "wrong_step"]);
  }
});

test("pages of an abort write nothing once the next epoch has begun", async () => {
  const { deployment } = await aWorld();
  const epoch = await climb(deployment, "phase-1", "dual-write");
  const page = () => refusalOf(call(deployment, "abortPage", { migrationId: "phase-1", epoch }));
  expect(await page()).toEqual(["wrong_step"]);
  await call(deployment, "startAbort", { migrationId: "phase-1" });
  await call(deployment, "switchStep", { migrationId: "phase-1", to: "dual-write", force: ["rows_left"] });
  expect(await page()).toEqual(["epoch_ended"]);
  expect(await all(deployment, "toolCalls")).not.toEqual([]);
});
