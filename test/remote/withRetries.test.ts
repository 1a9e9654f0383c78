import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallFailure, type CallFailureKind } from "../../pipeline/remote/callFailure.js";
import { type Retry, retryDelay, withRetries } from "../../pipeline/remote/withRetries.js";
import { failureOf } from "./opened.js";

const failing = (kind: CallFailureKind): CallFailure => new CallFailure(kind, { path: "unnest:f" });

/** Calls that fail with these kinds, one after another, and then answer. */
function calls(kinds: readonly CallFailureKind[]): () => Promise<string> {
  const left = [...kinds];
  return async () => {
    const kind = left.shift();
    if (kind !== undefined) throw failing(kind);
    return "answer";
  };
}

describe("a call that is made again", () => {
  it("until there is an answer, telling of each", async () => {
    const retries: Retry[] = [];
    const slept: number[] = [];
    const answer = await withRetries(calls(["lost", "overloaded", "conflict"]), {
      attempts: 4,
      sleep: async (milliseconds) => void slept.push(milliseconds),
      random: () => 0.5,
      onRetry: (retry) => retries.push(retry),
    });
    expect(answer).toBe("answer");
    expect(slept).toEqual([125, 250, 500]);
    expect(retries.map(({ attempt, failure, delay }) => [attempt, failure.kind, delay])).toEqual([
      [1, "lost", 125],
      [2, "overloaded", 250],
      [3, "conflict", 500],
    ]);
  });

  it("so many times and no more", async () => {
    const options = { attempts: 3, sleep: async () => {}, random: () => 0 };
    expect(await failureOf(withRetries(calls(["lost", "lost", "conflict", "lost"]), options))).toMatchObject({
      kind: "conflict",
    });
  });

  it.each(["refused", "failed", "denied", "malformed"] as const)("not when it is %s", async (kind) => {
    const options = { attempts: 3, sleep: () => expect.unreachable(), random: () => 0 };
    expect(await failureOf(withRetries(calls([kind]), options))).toMatchObject({ kind });
  });

  it("not when the wait is broken off", async () => {
    const stop = new DOMException("stopped", "AbortError");
    const options = { attempts: 3, sleep: () => Promise.reject(stop), random: () => 0 };
    expect(await failureOf(withRetries(calls(["lost"]), options))).toBe(stop);
  });
});

it("waits are full jitter under an exponential bound, and never longer than 20 s", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, chance) => {
        const delay = retryDelay(attempt, () => chance);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.min(20_000, 250 * 2 ** (attempt - 1)));
      },
    ),
  );
});
