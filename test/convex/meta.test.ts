/** What a transaction has used, by client libraries with and without `ctx.meta`, and by deployments that cannot tell. */
import { afterEach, expect, test, vi } from "vitest";
import { hasHeadroom } from "../../convex/headroom.js";
import { deploymentClass, limitNames, transactionMetrics } from "../../convex/meta.js";
import { Budget } from "../../convex/sync/budget.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

const metrics = (used: number) => Object.fromEntries(limitNames.map((name) => [name, { used, remaining: 100 - used }]));

/** The runtime as a backend of today offers it, and as one of before these questions. */
function runtime(answers: Readonly<Record<string, unknown>>): void {
  const asyncSyscall = async (operation: string) => {
    if (!Object.hasOwn(answers, operation)) throw new Error(`Unknown async operation ${operation}`);
    return JSON.stringify(answers[operation]);
  };
  vi.stubGlobal("Convex", { asyncSyscall });
}

test("without ctx.meta the runtime is asked itself", async () => {
  runtime({ "1.0/getTransactionMetrics": metrics(40), "1.0/getDeploymentMetadata": { class: "s16" } });
  expect(await transactionMetrics({})).toEqual(metrics(40));
  expect(await deploymentClass({})).toBe("s16");
  expect(await hasHeadroom({})).toBe(true);
  runtime({ "1.0/getTransactionMetrics": metrics(50) });
  expect(await hasHeadroom({})).toBe(false);
});

test("ctx.meta is preferred, as far as it goes", async () => {
  runtime({ "1.0/getTransactionMetrics": metrics(1), "1.0/getDeploymentMetadata": { class: "d1024" } });
  const ctx = { meta: { getTransactionMetrics: async () => metrics(2) } };
  expect(await transactionMetrics(ctx)).toEqual(metrics(2));
  expect(await deploymentClass(ctx)).toBe("d1024");
});

test("a deployment that cannot tell: pages go on in small steps, and of a user's transaction nothing is taken", async () => {
  runtime({});
  expect([await transactionMetrics({}), await deploymentClass({})]).toEqual([null, null]);
  const ctx = {};
  const told = [];
  for (let i = 0; i < 6; i++) told.push(await hasHeadroom(ctx));
  expect(told).toEqual([true, true, true, true, false, false]);
  expect(await hasHeadroom({})).toBe(true);
  const budget = new Budget(() => transactionMetrics(ctx));
  const work = vi.fn(async () => "done");
  expect(await budget.spend(work)).toBeNull();
  expect(work).not.toHaveBeenCalled();
  expect(await budget.fits({})).toBe(false);
});
