import { expect, test } from "vitest";
import { onlineVersion } from "../../../convex/schema/version.js";
import { deploy, put, setStep } from "../deployment.js";
import { stopClock } from "./clock.js";
import { ask, statusOf } from "./drive.js";

stopClock();

test("a deployment where nothing was begun is off in all phases", async () => {
  const answer = await ask(deploy(), "status", {});
  expect(answer).toMatchObject({ version: onlineVersion, oldestTouchAge: null });
  expect(answer.phases).toHaveLength(7);
  for (const phase of answer.phases as unknown[])
    expect(phase).toMatchObject({
      step: "off",
      epoch: 0,
      since: null,
      jobsOpen: 0,
      touches: 0,
      batches: 0,
      originals: 0,
    });
});

test("what is open is counted phase by phase, and bounded", async () => {
  const deployment = deploy();
  await setStep(deployment, "phase-2", "dual-write", 4);
  const at = Date.now() - 5;
  await deployment.run(async ({ db }) => {
    const touch = { migrationId: "phase-2", kind: "sourceMetadata", delta: { accessCount: 1 }, at };
    for (let key = 0; key < 1200; key += 1) await db.insert("unnestTouches", { ...touch, key: String(key) });
    const job = { migrationId: "phase-2", epoch: 4, kind: "message/sources", table: "messages", documentId: "m" };
    for (const attempts of [0, 1, 5]) await db.insert("unnestJobs", { ...job, attempts, createdAt: at - attempts });
    const entry = { migrationId: "phase-1", table: "messages", part: "p", createdAt: 1 };
    for (const documentId of ["a", "b"]) await db.insert("unnestLedger", { ...entry, documentId, code: "original" });
    await db.insert("unnestLedger", { ...entry, documentId: "a", code: "repaired" });
  });
  const batch = { migrationId: "phase-2", epoch: 4, hash: "", answer: "x".repeat(700_000), createdAt: 1 };
  for (const batchId of ["a", "b", "c", "d"]) await put(deployment, "unnestBatches", { ...batch, batchId });
  expect(await statusOf(deployment, "phase-2")).toMatchObject({
    step: "dual-write",
    epoch: 4,
    touches: "1000+",
    batches: "2+",
    jobsOpen: 2,
    jobsSetAside: 1,
    oldestJobAge: 6,
    originals: 0,
  });
  expect(await statusOf(deployment, "phase-1")).toMatchObject({
    originals: 2,
    repaired: 1,
    jobsOpen: 0,
    touches: "0+",
  });
  expect(await ask(deployment, "status", {})).toMatchObject({ oldestTouchAge: 5 });
});
