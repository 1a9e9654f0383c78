import type { TransactionMetrics } from "convex/server";
import { expect, test } from "vitest";
import { Budget } from "../../../convex/sync/budget.js";

/** A transaction whose use a test sets; the limits are those of spec 9. */
function transaction() {
  const limits = {
    bytesRead: 16_777_216,
    bytesWritten: 16_777_216,
    documentsRead: 32_000,
    documentsWritten: 16_000,
    databaseQueries: 4_096,
  };
  const used = { bytesRead: 0, bytesWritten: 0, documentsRead: 0, documentsWritten: 0, databaseQueries: 0 };
  const getTransactionMetrics = async () => {
    const metrics = Object.entries(limits).map(([name, limit]) => {
      const now = used[name as keyof typeof used];
      return [name, { used: now, remaining: limit - now }];
    });
    return Object.fromEntries(metrics) as TransactionMetrics;
  };
  return { used, limits, budget: new Budget(getTransactionMetrics) };
}

test("what syncs take adds up to a quarter of a limit; what users take does not count", async () => {
  const { used, budget } = transaction();
  used.documentsWritten = 5_000;
  const writes = async (count: number) =>
    await budget.spend(async () => {
      if (!(await budget.fits({ documentsWritten: count }))) return "too much";
      used.documentsWritten += count;
      return "written";
    });
  expect(await writes(3_000)).toBe("written");
  expect(await writes(1_001)).toBe("too much");
  used.documentsWritten += 1_000;
  expect(await writes(1_000)).toBe("written");
  expect(await writes(0)).toBeNull();
});

test("what was taken before the question counts within one piece of work", async () => {
  const { used, budget } = transaction();
  await budget.spend(async () => {
    used.bytesRead += 4_000_000;
    expect(await budget.fits({ bytesRead: 194_304 })).toBe(true);
    expect(await budget.fits({ bytesRead: 194_305 })).toBe(false);
  });
});

test.each([
  ["bytesRead", 4_194_304],
  ["bytesWritten", 4_194_304],
  ["documentsRead", 8_000],
  ["documentsWritten", 4_000],
  ["databaseQueries", 1_024],
] as const)("of %s nothing begins where less than a quarter, %i, remains", async (name, quarter) => {
  const { used, limits, budget } = transaction();
  used[name] = limits[name] - quarter;
  expect(await budget.spend(async () => "ran")).toBe("ran");
  used[name] += 1;
  expect(await budget.spend(async () => "ran")).toBeNull();
});

test("mapping takes a quarter of a second of user code, estimated by bytes", async () => {
  const { budget } = transaction();
  budget.countMapped(2_400_000);
  expect(await budget.fits({})).toBe(true);
  budget.countMapped(10_000);
  expect(await budget.fits({})).toBe(false);
  expect(await budget.spend(async () => "ran")).toBeNull();
});

test("work that fails is charged all the same", async () => {
  const { used, budget } = transaction();
  const failing = budget.spend(async () => {
    used.databaseQueries += 1_024;
    throw new Error("failed");
  });
  await expect(failing).rejects.toThrow("failed");
  expect(await budget.spend(async () => "ran")).toBeNull();
});
