/**
 * The interleaving law of spec 5: for any order of user writes, wrapped or not, import batches repeated, reordered and split, folds,
 * jobs, deltas, cleanup, abort and rebuild.
 */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Census, play } from "./play.js";
import { type Event, schedule } from "./schedule.js";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 5) });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const replay = process.env.UNNEST_REPLAY;

test.runIf(replay === undefined)(
  "whatever happens in whatever order, nothing is lost, double or orphaned",
  { timeout: 1_200_000 },
  async () => {
    const census: Census = new Map();
    await fc.assert(
      fc.asyncProperty(schedule, async (events) => {
        vi.setSystemTime(Date.UTC(2026, 0, 5));
        expect(await play(events, census)).toEqual([]);
      }),
      { numRuns: Number(process.env.UNNEST_SCHEDULES ?? 300) },
    );
    // Everything came about, or the law would say nothing about it.
    const outcomes = ["inserted", "unchanged", "resynced", "importCorrections", "cleanup", "rebuild", "abort"];
    expect(outcomes.filter((what) => !census.has(what))).toEqual([]);
  },
);

// A counter-example is printed as JSON: `UNNEST_REPLAY='[{"do":…}]' npx vitest run test/convex/law` plays it again.
test.runIf(replay !== undefined)("the schedule of UNNEST_REPLAY", async () => {
  expect(await play(JSON.parse(replay ?? "[]") as readonly Event[])).toEqual([]);
});
