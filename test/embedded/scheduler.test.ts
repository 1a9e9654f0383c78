import { internalActionGeneric, internalMutationGeneric, makeFunctionReference } from "convex/server";
import { v } from "convex/values";
import { expect, test } from "vitest";
import { deployed, noon, stored } from "./deployed.js";

const reference = (name: string) => makeFunctionReference<"mutation">(`app:${name}`);
const minute = 60_000;

/** Functions that are scheduled in the tests; the clock of `runAt` is the test's own. */
const functions = {
  add: internalMutationGeneric({
    args: { number: v.number(), again: v.optional(v.number()) },
    handler: async ({ db, scheduler }, { number, again = 0 }) => {
      await db.insert("items", { number });
      if (again > 0) await scheduler.runAt(noon + minute, reference("add"), { number: number + 1, again: again - 1 });
    },
  }),
  fail: internalMutationGeneric(async ({ db }) => {
    await db.insert("items", { number: 0 });
    throw new Error("no");
  }),
  act: internalActionGeneric(async ({ runMutation }) => {
    await runMutation(reference("add"), { number: 7 });
    throw new Error("after it");
  }),
};

const states = (deployment: Parameters<typeof stored>[0]) =>
  (stored(deployment, "_scheduled_functions") as { state: { kind: string } }[]).map(({ state }) => state.kind).sort();

test("what is due runs, in its order, and what it schedules as long as that is due too", async () => {
  const { deployment, run } = await deployed(functions);
  await run(async ({ scheduler }) => {
    await scheduler.runAt(noon + 2 * minute, reference("add"), { number: 100 });
    await scheduler.runAt(noon + minute, reference("add"), { number: 1, again: 2 });
  });
  expect(await deployment.runScheduled(noon + minute - 1)).toBe(0);
  expect(await deployment.runScheduled(noon + minute)).toBe(3);
  expect(deployment.nextScheduledTime).toBe(noon + 2 * minute);
  expect(states(deployment)).toEqual(["pending", "success", "success", "success"]);
  expect(await deployment.runScheduled(noon + 2 * minute)).toBe(1);
  expect(await deployment.runScheduled(noon + 2 * minute)).toBe(0);
  const numbers = (stored(deployment, "items") as { number: number }[]).map(({ number }) => number);
  expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 100]);
});

test("a mutation that fails leaves its failure alone and is not tried again; neither is an action", async () => {
  const { deployment, run } = await deployed(functions);
  await run(async ({ scheduler }) => {
    await scheduler.runAt(noon, reference("fail"), {});
    await scheduler.runAt(noon, reference("act"), {});
  });
  expect(await deployment.runScheduled()).toBe(2);
  expect(await deployment.runScheduled(noon + minute)).toBe(0);
  expect(states(deployment)).toEqual(["failed", "failed"]);
  expect(stored(deployment, "items")).toMatchObject([{ number: 7 }]);
});

test("what was canceled does not run; a path that leads nowhere is refused at once", async () => {
  const { deployment, run } = await deployed(functions);
  const id = await run(({ scheduler }) => scheduler.runAt(noon, reference("add"), { number: 1 }));
  await run(({ scheduler }) => scheduler.cancel(id));
  expect(await deployment.runScheduled()).toBe(0);
  expect(states(deployment)).toEqual(["canceled"]);
  await expect(run(({ scheduler }) => scheduler.runAt(noon, reference("nowhere"), {}))).rejects.toThrow(
    "nonexistent path",
  );
});

test("the system's table shows what is scheduled, and counts for no limit", async () => {
  const { run } = await deployed(functions);
  const seen = await run(async ({ db, scheduler, meta }) => {
    const id = await scheduler.runAt(noon + minute, reference("add"), { number: 1 });
    const { documentsWritten, functionsScheduled } = await meta.getTransactionMetrics();
    return { job: await db.system.get(id), used: [documentsWritten.used, functionsScheduled.used] };
  });
  expect(seen).toMatchObject({
    job: { name: "app.js:add", args: [{ number: 1 }], scheduledTime: noon + minute, state: { kind: "pending" } },
    used: [0, 1],
  });
});

test("a function schedules so many others, and no more", async () => {
  const { run } = await deployed(functions, { limits: { functionsScheduled: 2 } });
  const schedule = async (count: number) =>
    await run(async ({ scheduler }) => {
      for (let number = 0; number < count; number++) await scheduler.runAt(noon, reference("add"), { number });
    });
  await schedule(2);
  await expect(schedule(3)).rejects.toThrow("Too many functions scheduled");
});

test("with its timers on, functions run when they are due, and stopping waits for the one under way", async () => {
  const { deployment, run } = await deployed(functions, { now: () => Date.now() });
  deployment.startScheduler();
  await run(({ scheduler }) => scheduler.runAfter(0, reference("add"), { number: 1 }));
  await expect.poll(() => deployment.store.table("items")?.size, { timeout: 600_000 }).toBe(1);
  await run(({ scheduler }) => scheduler.runAfter(0, reference("act"), {}));
  await new Promise((resolve) => setTimeout(resolve, 5));
  await deployment.stopScheduler();
  const left = states(deployment);
  expect(left).not.toContain("inProgress");
  await run(({ scheduler }) => scheduler.runAfter(0, reference("add"), { number: 2 }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(states(deployment).filter((kind) => kind === "pending").length).toBeGreaterThan(0);
});
