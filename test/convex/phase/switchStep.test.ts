import { expect, test, vi } from "vitest";
import { steps } from "../../../convex/phases.js";
import { all, deploy, put, setStep } from "../deployment.js";
import { stopClock } from "./clock.js";
import { call, climb, drive, markDelta, refusalOf, statusOf } from "./drive.js";

stopClock();

const migrationId = "phase-1";
const minute = 60_000;

const job = (fields = {}) => ({
  migrationId,
  epoch: 1,
  kind: "message/toolCalls",
  table: "messages",
  documentId: "m",
  attempts: 0,
  createdAt: Date.now(),
  ...fields,
});

test("each T0 begins a new epoch, knows nothing yet, and starts the tick", async () => {
  const deployment = deploy();
  await setStep(deployment, migrationId, "off", 3);
  expect(await call(deployment, "switchStep", { migrationId, to: "dual-write" })).toMatchObject({ epoch: 4 });
  expect(await statusOf(deployment, migrationId)).toMatchObject({ step: "dual-write", epoch: 4, backfilled: false });
  const scheduled = await deployment.run(({ db }) => db.system.query("_scheduled_functions").collect());
  // Convex names the module with its ending, convex-test does not.
  expect(scheduled.map(({ name }) => name.replace(".js:", ":"))).toEqual(["unnest:tick"]);
});

test("a switch goes one step at a time, up or down, and neither into off, cleaned and returning nor out of complete", async () => {
  const allowed: string[] = [];
  for (const from of steps) {
    for (const to of steps) {
      const deployment = deploy();
      await setStep(deployment, migrationId, from);
      const force = ["not_backfilled", "not_drift_free", "not_cleaned", "verification_stale"];
      const refusal = await refusalOf(call(deployment, "switchStep", { migrationId, to, force }));
      if (refusal.length === 0) allowed.push(`${from} → ${to}`);
      else expect(refusal).toEqual(["switch_refused", "wrong_step"]);
    }
  }
  expect(allowed).toEqual([
    "off → dual-write",
    "dual-write → shadow",
    "shadow → dual-write",
    "shadow → new-then-old",
    "new-then-old → shadow",
    "new-then-old → new",
    "new → new-then-old",
    "cleaned → complete",
  ]);
});

test("an order of steps that is none cannot be forced", async () => {
  const deployment = deploy();
  const forced = call(deployment, "switchStep", { migrationId, to: "new", force: ["wrong_step"] });
  expect(await refusalOf(forced)).toEqual(["switch_refused", "wrong_step"]);
});

test("a job older than five minutes holds a step up, unless it is young, set aside, or of another phase", async () => {
  const deployment = deploy();
  await climb(deployment, migrationId, "dual-write");
  await put(deployment, "unnestJobs", job({ attempts: 5 }));
  await put(deployment, "unnestJobs", job({ migrationId: "phase-2" }));
  vi.advanceTimersByTime(minute);
  await put(deployment, "unnestJobs", job());
  vi.setSystemTime(Date.now() + 5 * minute);
  const up = (extra = {}) => call(deployment, "switchStep", { migrationId, to: "shadow", dryRun: true, ...extra });
  expect(await refusalOf(up())).toEqual([]);
  vi.setSystemTime(Date.now() + 1);
  expect(await refusalOf(up())).toEqual(["switch_refused", "old_jobs"]);
  expect(await refusalOf(up({ force: ["old_jobs"] }))).toEqual([]);
});

test("an unexplained difference of one of the phase's readers holds the next steps up", async () => {
  const deployment = deploy();
  await climb(deployment, migrationId, "shadow");
  const difference = { table: "messages", documentId: "m", old: "1", new: "2", createdAt: 1 };
  await put(deployment, "unnestShadowDifferences", { reader: "getMessageSources", ...difference });
  const up = () => call(deployment, "switchStep", { migrationId, to: "new-then-old", dryRun: true });
  expect(await refusalOf(up())).toEqual([]);
  await put(deployment, "unnestShadowDifferences", { reader: "getMessageToolCalls", ...difference });
  expect(await refusalOf(up())).toEqual(["switch_refused", "shadow_differences"]);
});

test("new waits for the backfill and for an empty delta since; a delta with drift takes its word back", async () => {
  const deployment = deploy();
  const epoch = await climb(deployment, migrationId, "new-then-old");
  const force = ["verification_stale"];
  const up = () => refusalOf(call(deployment, "switchStep", { migrationId, to: "new", dryRun: true, force }));
  expect(await up()).toEqual(["switch_refused", "not_backfilled", "not_drift_free"]);
  await call(deployment, "markBackfilled", { migrationId, epoch });
  expect(await up()).toEqual(["switch_refused", "not_drift_free"]);
  await markDelta(deployment, migrationId, epoch);
  expect(await up()).toEqual([]);
  await markDelta(deployment, migrationId, epoch, false);
  expect(await up()).toEqual(["switch_refused", "not_drift_free"]);
});

test("marks of another epoch, or of a phase that is off, are refused", async () => {
  const deployment = deploy();
  const mark = (epoch: number) => refusalOf(call(deployment, "markBackfilled", { migrationId, epoch }));
  expect(await mark(0)).toEqual(["epoch_ended"]);
  await setStep(deployment, migrationId, "off", 2);
  expect(await mark(2)).toEqual(["wrong_step"]);
  await setStep(deployment, migrationId, "dual-write", 2);
  expect(await mark(1)).toEqual(["epoch_ended"]);
  expect(await mark(2)).toEqual([]);
});

test("T0 is refused while rows of an earlier epoch are left", async () => {
  const deployment = deploy();
  const tag = { scope: "global" as const, slug: "a", displayName: "A", path: "/a", depth: 0, usageCount: 0 };
  await put(deployment, "tags", { ...tag, createdAt: 1, updatedAt: 1 });
  const t0 = call(deployment, "switchStep", { migrationId: "phase-5", to: "dual-write" });
  expect(await refusalOf(t0)).toEqual(["switch_refused", "rows_left"]);
});

test("back is always allowed, and ends the buffer; a dry run changes nothing", async () => {
  const deployment = deploy();
  await climb(deployment, migrationId, "new");
  await put(deployment, "unnestJobs", job({ createdAt: 0 }));
  expect(await statusOf(deployment, migrationId)).toMatchObject({
    cleanupNotBefore: Date.now() + 30 * 24 * 60 * minute,
  });
  const back = { migrationId, to: "new-then-old" };
  expect(await call(deployment, "switchStep", { ...back, dryRun: true })).toMatchObject({
    from: "new",
    to: "new-then-old",
  });
  expect(await all(deployment, "unnestSwitches")).toMatchObject([{ step: "new" }]);
  await call(deployment, "switchStep", back);
  expect(await statusOf(deployment, migrationId)).toMatchObject({ step: "new-then-old", cleanupNotBefore: null });
});

test("complete waits for a cleanup that left nothing", async () => {
  const deployment = deploy();
  const epoch = await climb(deployment, migrationId, "new");
  await call(deployment, "startCleanup", { migrationId, force: ["buffer_running"] });
  const complete = () => refusalOf(call(deployment, "switchStep", { migrationId, to: "complete" }));
  expect(await complete()).toEqual(["switch_refused", "not_cleaned"]);
  await drive(deployment, "cleanupPage", { migrationId, epoch });
  expect(await complete()).toEqual([]);
});
