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

/** A counter-example is printed as JSON: `UNNEST_REPLAY='[{"do":…}]' npx vitest run test/convex/law` plays that one again. */
const replay = process.env.UNNEST_REPLAY;

async function holdsFor(events: readonly Event[], census?: Census): Promise<void> {
  vi.setSystemTime(Date.UTC(2026, 0, 5));
  expect(await play(events, census)).toEqual([]);
}

const schedules = Number(process.env.UNNEST_SCHEDULES ?? 300);
/** Nobody waits for one so long: it takes a fraction of a second of processor time. In ms. */
const patience = 60_000 + 10_000 * schedules;

test("whatever happens in whatever order, nothing is lost, double or orphaned", { timeout: patience }, async () => {
  if (replay !== undefined) {
    await holdsFor(JSON.parse(replay) as readonly Event[]);
    return;
  }
  const census: Census = new Map();
  await fc.assert(
    fc.asyncProperty(schedule, async (events) => await holdsFor(events, census)),
    { numRuns: schedules },
  );
  // Everything came about, or the law would say nothing about it.
  const outcomes = ["inserted", "unchanged", "resynced", "importCorrections", "cleanup", "rebuild", "abort"];
  const written = ["append done", "append refused", "shorten done", "note done", "note refused", "finish done"];
  outcomes.push(...written, "shelve done", "cache done", "tidy done", "join done", "send done", "prefer refused");
  expect(outcomes.filter((what) => !census.has(what))).toEqual([]);
});
