import { expect, test } from "vitest";
import { all, deploy, put, setStep } from "../deployment.js";
import { call, drive, driveBadly, refusalOf } from "./drive.js";

async function begun() {
  const deployment = deploy();
  await setStep(deployment, "phase-1", "complete");
  await setStep(deployment, "phase-2", "cleaned");
  const entry = { migrationId: "phase-1", table: "messages", documentId: "m", part: "p", createdAt: 1 };
  await put(deployment, "unnestLedger", { ...entry, code: "original", value: {} });
  for (const batchId of ["a", "b"])
    await put(deployment, "unnestBatches", {
      migrationId: "phase-1",
      epoch: 1,
      batchId,
      hash: "",
      answer: [],
      createdAt: 1,
    });
  await put(deployment, "unnestTouches", { migrationId: "phase-2", kind: "tags", key: "k", delta: {}, at: 1 });
  return deployment;
}

test("nothing goes before every phase that was begun is complete", async () => {
  const deployment = await begun();
  for (const table of [undefined, "unnestSwitches", "unnestLedger"])
    expect(await refusalOf(call(deployment, "removeState", table === undefined ? {} : { table }))).toEqual([
      "not_complete",
    ]);
});

test("batches go, then the switches by name, and the ledger last and by name; touches stay", async () => {
  const deployment = await begun();
  await setStep(deployment, "phase-2", "complete");
  const ledger = () => refusalOf(call(deployment, "removeState", { table: "unnestLedger" }));
  expect(await ledger()).toEqual(["state_left"]);
  await drive(deployment, "removeState", { dryRun: true });
  expect(await all(deployment, "unnestBatches")).toHaveLength(2);
  await driveBadly(deployment, "removeState", {});
  expect(await all(deployment, "unnestBatches")).toEqual([]);
  expect(await all(deployment, "unnestSwitches")).toHaveLength(2);
  expect(await ledger()).toEqual(["state_left"]);
  await drive(deployment, "removeState", { table: "unnestSwitches" });
  expect(await all(deployment, "unnestLedger")).toHaveLength(1);
  expect(await ledger()).toEqual([]);
  expect(await all(deployment, "unnestLedger")).toEqual([]);
  expect(await all(deployment, "unnestTouches")).toHaveLength(1);
});
