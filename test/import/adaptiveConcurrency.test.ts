import { describe, expect, it } from "vitest";
import { AdaptiveConcurrency } from "../../pipeline/import/adaptiveConcurrency.js";

function answer(concurrency: AdaptiveConcurrency, times: number): void {
  for (let at = 0; at < times; at++) concurrency.begin().answered();
}

describe("concurrency", () => {
  it("is halved by a call that is turned away, down to one, and grows back slowly to where it was", () => {
    const concurrency = new AdaptiveConcurrency(4);
    concurrency.begin().troubled();
    expect(concurrency.now).toBe(2);
    concurrency.begin().troubled();
    concurrency.begin().troubled();
    expect(concurrency.now).toBe(1);
    answer(concurrency, 8);
    expect(concurrency.now).toBe(2);
    answer(concurrency, 15);
    expect(concurrency.now).toBe(2);
    answer(concurrency, 1 + 24 + 32);
    expect(concurrency.now).toBe(4);
    expect(concurrency.lowest).toBe(1);
  });

  it("counts calls that were under way together as one trouble", () => {
    const concurrency = new AdaptiveConcurrency(16);
    const calls = Array.from({ length: 16 }, () => concurrency.begin());
    for (const { troubled } of calls) troubled();
    expect(concurrency.now).toBe(8);
  });

  it("lets no more begin than it says", async () => {
    const concurrency = new AdaptiveConcurrency(2);
    let end = (): void => {};
    const waits = new Promise<void>((resolve) => {
      end = resolve;
    });
    const calls = [concurrency.run(() => waits), concurrency.run(() => waits)];
    expect(concurrency.free).toBe(0);
    end();
    await Promise.all(calls);
    expect(concurrency.free).toBe(2);
  });
});
