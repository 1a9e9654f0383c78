/**
 * An importer that is killed anywhere, over a line that loses, refuses and delays, leaves what an undisturbed import leaves: nothing
 * double, nothing missing. `UNNEST_FAULTS=200` runs so many schedules, the first of them `UNNEST_SEED`; `UNNEST_FAULT=n` one of them.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BuiltCommand } from "../lives/builtCommand.js";
import { seedOfRun } from "../setup/seed.js";
import { expectedState } from "./expectedState.js";
import { importUnder, type Schedule, scheduleOf } from "./faultSchedule.js";
import { finalState, type State } from "./finalState.js";
import { aMigratingWorld, type MigratingWorld } from "./migratingWorld.js";

let folder: string;
let command: BuiltCommand;
let world: MigratingWorld;
let undisturbed: State;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-faults-"));
  [command, world] = await Promise.all([BuiltCommand.build(folder), aMigratingWorld(60)]);
  undisturbed = await expectedState(world.run);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterAll(() => world.remove());

/** A process more or less a kill: on a machine that does other things too, minutes. */
const patience = 600_000;

const wanted = process.env.UNNEST_FAULT;
const seeds =
  wanted === undefined
    ? Array.from({ length: Number(process.env.UNNEST_FAULTS ?? 20) }, (_, at) => seedOfRun() + at)
    : [Number(wanted)];

async function survives(schedule: Schedule): Promise<number> {
  const deployment = await world.restored();
  const { starts } = await importUnder(schedule, command, world, deployment);
  expect(await finalState(deployment)).toEqual(undisturbed);
  return starts;
}

describe("an importer that is killed", () => {
  it.concurrent.each(seeds)(
    "under schedule %i leaves what an undisturbed one leaves",
    async (seed) => {
      await survives(scheduleOf(seed));
    },
    patience,
  );

  it(
    "at every call, before it or after its commit, gets through",
    async () => {
      const kills = new Map(
        Array.from({ length: 12 }, (_, at) => [at * 2 + 1, at % 2 === 0 ? "before" : "afterCommit"] as const),
      );
      expect(await survives({ seed: 0, kills, share: 0, concurrency: 1 })).toBeGreaterThan(8);
    },
    patience,
  );
});
