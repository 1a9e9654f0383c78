import fc from "fast-check";
import { expect, test } from "vitest";
import { IntervalSet } from "../../../pipeline/embedded/transaction/intervalSet.js";

const letters = "abcdefghij";

/** Runs of neighbours among the letters that some interval covers, where touching intervals are one. */
function runs(intervals: readonly (readonly [number, number])[]): number {
  const covered = [...letters].map((_, i) => intervals.some(([low, high]) => low <= i && i < high));
  return covered.filter((is, i) => is && covered[i - 1] !== true).length;
}

test("intervals that overlap or touch are one", () => {
  const interval = fc.tuple(fc.nat(letters.length - 1), fc.nat(letters.length - 1));
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 12 }), (intervals) => {
      const set = new IntervalSet();
      for (const [i, [low, high]] of intervals.entries()) {
        set.add(letters[low] ?? "", letters[high] ?? "");
        expect(set.size).toBe(runs(intervals.slice(0, i + 1)));
      }
    }),
    { numRuns: 500 },
  );
});
