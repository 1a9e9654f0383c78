import { expect, it } from "vitest";
import type { StageRecord } from "../../pipeline/run/record.js";
import { jsonScreen } from "../../pipeline/terminal/jsonScreen.js";
import { lineScreen } from "../../pipeline/terminal/lineScreen.js";
import type { Screen } from "../../pipeline/terminal/screen.js";

const load: StageRecord = { name: "load", status: "done", rows: 4000, bytes: 2 ** 20, seconds: 12.3, peakBytes: 1 };

/** What a screen says of a small life; `tick` moves its clock by a second. */
function lines(create: (write: (line: string) => void, now: () => number) => Screen): string[] {
  const seen: string[] = [];
  let clock = 1000;
  const screen = create(
    (line) => seen.push(line),
    () => clock,
  );
  screen.progress.start("load: users\u001b", 4000, "rows");
  for (let second = 0; second < 12; second += 1) {
    clock += 500;
    screen.progress.advance(100);
    clock += 500;
    screen.progress.advance(100);
  }
  screen.progress.start("load: rest");
  clock += 6000;
  screen.progress.advance(7);
  screen.progress.note("2 documents set aside\r");
  screen.progress.finish();
  screen.stage(load, false);
  screen.stage({ ...load, name: "transform", status: "failed", error: "DISK_FULL" }, false);
  screen.stage(load, true);
  return seen;
}

it("a log gets a line every few seconds, and one a stage", () => {
  expect(lines(lineScreen)).toEqual([
    "load: users\u{fffd}: 25 %, 1,000 of 4,000 rows",
    "load: users\u{fffd}: 50 %, 2,000 of 4,000 rows",
    "load: rest: 7 rows",
    "2 documents set aside\u{fffd}",
    "load            4,000 rows     1.0 MiB    12.3 s",
    "transform  failed after 12.3 s (DISK_FULL)",
    "load            4,000 rows     1.0 MiB  done before",
  ]);
});

it("--json gets events, progress at most once a second", () => {
  const events = lines(jsonScreen).map((line) => JSON.parse(line));
  expect(events.filter(({ event }) => event === "progress")).toHaveLength(13);
  expect(events.filter(({ event }) => event !== "progress")).toEqual([
    { event: "start", label: "load: users\u001b", total: 4000, unit: "rows" },
    { event: "start", label: "load: rest", unit: "rows" },
    { event: "note", text: "2 documents set aside\r" },
    { event: "stage", ...load, kept: false },
    { event: "stage", ...load, name: "transform", status: "failed", error: "DISK_FULL", kept: false },
    { event: "stage", ...load, kept: true },
  ]);
});
