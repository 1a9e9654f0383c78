import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WriteBudget } from "../../pipeline/import/writeBudget.js";
import { TestClock } from "./testClock.js";

interface Commit {
  readonly at: number;
  readonly bytes: number;
}

interface Call {
  readonly bytes: number;
  /** Milliseconds until the answer. */
  readonly latency: number;
  /** Which part of that passes before the commit. */
  readonly committed: number;
}

/** Sends calls one behind the other as the budget lets them, several under way; @returns when they committed. */
async function sendAll(calls: readonly Call[], bytesPerSecond: number): Promise<readonly Commit[]> {
  const clock = new TestClock();
  const budget = new WriteBudget(bytesPerSecond, clock);
  const commits: Commit[] = [];
  const work = calls.map(async ({ bytes, latency, committed }) => {
    const answered = await budget.take(bytes);
    commits.push({ at: clock.now() + latency * committed, bytes });
    await clock.sleep(latency);
    answered();
  });
  await clock.runUntil(Promise.all(work));
  return commits;
}

function worstSecond(commits: readonly Commit[]): number {
  const ordered = [...commits].sort((left, right) => left.at - right.at);
  return Math.max(
    ...ordered.map(({ at }) =>
      ordered.filter((commit) => commit.at > at - 1000 && commit.at <= at).reduce((sum, { bytes }) => sum + bytes, 0),
    ),
  );
}

const budget = 100_000;

describe("a write budget", () => {
  it("is exceeded in no second, whenever batches commit between being sent and being answered", async () => {
    const call = fc.record({
      bytes: fc.integer({ min: 1, max: budget }),
      latency: fc.integer({ min: 0, max: 3000 }),
      committed: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 40 }), async (calls) => {
        const commits = await sendAll(calls, budget);
        expect(commits).toHaveLength(calls.length);
        expect(worstSecond(commits)).toBeLessThanOrEqual(budget);
      }),
      { numRuns: 100 },
    );
  });

  it("is used to 95 % and more by batches of a 24th of it that are answered in 15 ms", async () => {
    const calls = Array.from({ length: 1200 }, (_, at) => ({
      bytes: Math.floor((budget / 24) * (0.9 + (0.1 * (at % 7)) / 6)),
      latency: 15,
      committed: 0.5,
    }));
    const commits = await sendAll(calls, budget);
    const last = Math.max(...commits.map(({ at }) => at));
    const sum = commits.reduce((total, { bytes }) => total + bytes, 0);
    expect(sum / (budget * (last / 1000))).toBeGreaterThan(0.95);
  });

  it("lets one batch through that is larger than itself, alone", async () => {
    const commits = await sendAll(
      [3 * budget, 10, 10].map((bytes) => ({ bytes, latency: 5, committed: 1 })),
      budget,
    );
    expect(commits.map(({ at }) => at)).toEqual([5, 1010, 1010]);
  });

  it("of none lets everything through", async () => {
    const free = new WriteBudget(null, new TestClock());
    for (let at = 0; at < 100; at++) await free.take(2 ** 40);
  });
});
