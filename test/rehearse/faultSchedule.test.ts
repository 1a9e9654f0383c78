import { expect, test } from "vitest";
import { type FaultLevel, FaultSchedule } from "../../pipeline/rehearse/faultSchedule.js";

const send = "unnest:importParts";

/** Plays so many calls of an importer, and notes at which it was killed and which faults were met. */
function play(seed: string, level: FaultLevel, calls = 40) {
  const schedule = new FaultSchedule(seed, level);
  const kills: number[] = [];
  const faults: string[] = [];
  for (let number = 1; number <= calls; number++) {
    schedule.aim(() => kills.push(number));
    const fault = schedule.plan({ number, path: send });
    if (fault !== null) faults.push(`${number} ${JSON.stringify(fault)}`);
  }
  return { kills, faults, schedule };
}

test("a seed decides kills and faults; another seed decides others", () => {
  expect(play("1", "heavy")).toMatchObject({ kills: play("1", "heavy").kills, faults: play("1", "heavy").faults });
  const seeds = Array.from({ length: 20 }, (_, seed) => JSON.stringify(play(String(seed), "heavy").faults));
  expect(new Set(seeds).size).toBe(20);
});

test.each([
  ["off", 0],
  ["light", 1],
  ["heavy", 3],
] as const)("%s kills the importer %i times, early", (level, times) => {
  for (let seed = 0; seed < 50; seed++) {
    const { kills, schedule } = play(String(seed), level);
    expect(kills).toHaveLength(times);
    expect(schedule.killed).toBe(times);
  }
});

test("off leaves every call alone", () => {
  expect(play("1", "off").faults).toEqual([]);
});

test("users' calls, and the operator's, meet nothing and are not counted", () => {
  const schedule = new FaultSchedule("1", "heavy");
  schedule.aim(() => expect.unreachable());
  for (let number = 1; number <= 200; number++) {
    for (const path of ["messages:send", "unnest:status", "unnest:switchStep", "unnest:cleanupPage"])
      expect(schedule.plan({ number, path })).toBeNull();
  }
  expect(schedule.seen).toBe(0);
});

test("nobody is killed while nobody is aimed at; the importer's first call is told, once", () => {
  const schedule = new FaultSchedule("1", "heavy");
  let told = 0;
  schedule.whenSending(() => (told += 1));
  for (let number = 1; number <= 40; number++) schedule.plan({ number, path: send });
  expect(schedule.killed).toBe(0);
  expect(told).toBe(1);
});
