import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startTicking } from "../../../convex/aggregates/startTicking.js";
import { tickInterval } from "../../../convex/aggregates/tick.js";
import { conversed } from "../conversed.js";
import { all, type Deployment, deploy, put, setStep } from "../deployment.js";

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

async function pass(deployment: Deployment, milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 1_000) {
    vi.advanceTimersByTime(1_000);
    await deployment.finishInProgressScheduledFunctions();
  }
}

/** Ticks that are still to come. */
async function hearts(deployment: Deployment): Promise<number> {
  const scheduled = await deployment.run(async ({ db }) => db.system.query("_scheduled_functions").collect());
  return scheduled.filter(({ name, state }) => name.endsWith(":tick") && state.kind === "pending").length;
}

const start = (deployment: Deployment) => deployment.run(async (ctx) => startTicking(ctx));

test("touches are folded within two ticks, as long as a phase is on", async () => {
  const { deployment, conversation } = await conversed();
  await setStep(deployment, "phase-7", "dual-write");
  await start(deployment);
  for (const messageCount of [1, 2, 3]) {
    await put(deployment, "unnestTouches", {
      migrationId: "phase-7",
      kind: "messageCount",
      key: conversation,
      delta: { messageCount: 1 },
      at: Date.now(),
    });
    await pass(deployment, 2 * tickInterval);
    expect(await all(deployment, "conversations")).toMatchObject([{ messageCount }]);
  }
  expect(await hearts(deployment)).toBe(1);
});

test("more touches than one transaction takes are folded before the next tick", async () => {
  const { deployment, conversation } = await conversed();
  await setStep(deployment, "phase-7", "dual-write");
  await deployment.run(async ({ db }) => {
    const one = { migrationId: "phase-7", kind: "messageCount", key: conversation, delta: { messageCount: 1 }, at: 1 };
    for (let n = 0; n < 1_200; n++) await db.insert("unnestTouches", one);
  });
  await start(deployment);
  await pass(deployment, tickInterval + 5_000);
  expect(await all(deployment, "conversations")).toMatchObject([{ messageCount: 1_200 }]);
});

test("however often it is started, one heart beats", async () => {
  const deployment = deploy();
  await setStep(deployment, "phase-7", "dual-write");
  await start(deployment);
  await start(deployment);
  await pass(deployment, 3 * tickInterval);
  await start(deployment);
  await pass(deployment, 3 * tickInterval);
  expect(await hearts(deployment)).toBe(1);
});

test("it stops when all phases are off and nothing is open, and can be started again", async () => {
  const deployment = deploy();
  await setStep(deployment, "phase-7", "dual-write");
  await start(deployment);
  await pass(deployment, 2 * tickInterval);
  await setStep(deployment, "phase-7", "off");
  const job = { migrationId: "phase-1", epoch: 1, kind: "k", table: "messages", documentId: "d", attempts: 5 };
  const open = await put(deployment, "unnestJobs", { ...job, createdAt: 1 });
  await pass(deployment, 3 * tickInterval);
  expect(await hearts(deployment), "a job is open").toBe(1);
  await deployment.run(async ({ db }) => db.delete(open));
  await pass(deployment, 2 * tickInterval);
  expect(await hearts(deployment)).toBe(0);
  await setStep(deployment, "phase-7", "dual-write");
  await start(deployment);
  await pass(deployment, 2 * tickInterval);
  expect(await hearts(deployment)).toBe(1);
});
