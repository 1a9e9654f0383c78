/** An import that meets faults, and whose process is killed, as a seed has it. */

import { Random } from "../../fixtures/generator/random.js";
import type { EmbeddedDeployment } from "../../pipeline/embedded/embeddedDeployment.js";
import type { Fault, FaultPlan } from "../../pipeline/embedded/faults/faultPlan.js";
import { seededFaults } from "../../pipeline/embedded/faults/seededFaults.js";
import { serve } from "../../pipeline/embedded/serve.js";
import type { BuiltCommand, Running } from "../lives/builtCommand.js";
import { adminKey, type MigratingWorld } from "./migratingWorld.js";

/** What the process is doing to the call at which it is killed. */
type KilledAt = "before" | "afterCommit" | "boundary";

export interface Schedule {
  readonly seed: number;
  /** By the number of the call of `importParts` and its kin. */
  readonly kills: ReadonlyMap<number, KilledAt>;
  /** Share of calls that meet a fault. */
  readonly share: number;
  readonly concurrency: number;
}

/** A pseudo-random schedule. */
export function scheduleOf(seed: number): Schedule {
  const random = new Random(seed, 0, 0);
  const ways: readonly KilledAt[] = ["before", "afterCommit", "boundary"];
  const kills = Array.from({ length: random.between(1, 2) }, (): [number, KilledAt] => [
    random.between(1, 14),
    ways[random.below(ways.length)] ?? "before",
  ]);
  return { seed, kills: new Map(kills), share: random.below(4) / 10, concurrency: random.between(1, 4) };
}

/** Starts an import may need: one a kill, and a few that give up after faults. */
const mostStarts = 40;

export interface Survived {
  readonly starts: number;
  readonly faultsMet: ReadonlyMap<string, number>;
}

/**
 * Imports under a schedule, starting again after each kill, until the import says that it is through.
 *
 * @throws when it ends with another error than being incomplete
 */
export async function importUnder(
  schedule: Schedule,
  command: BuiltCommand,
  world: MigratingWorld,
  deployment: EmbeddedDeployment,
): Promise<Survived> {
  const running: { now: Running | null } = { now: null };
  const serving = await serve(deployment, { adminKey, faults: planOf(schedule, () => running.now?.signal("SIGKILL")) });
  try {
    const run = await world.copyRun();
    const args = ["import", "--out", run, "--url", serving.url, "--key-file", world.keyFile, "--threads", "1"];
    const small = ["--batch-bytes", "16KiB", "--write-budget", "none", "--concurrency", String(schedule.concurrency)];
    for (let starts = 1; starts <= mostStarts; starts++) {
      running.now = command.start([...args, ...small]);
      const { code, error } = await running.now.ended;
      if (code === 0) return { starts, faultsMet: serving.faultsMet };
      if (code !== "SIGKILL" && code !== 5) throw new Error(`schedule ${schedule.seed}: ended with ${code} ${error}`);
    }
    throw new Error(`schedule ${schedule.seed}: no end after ${mostStarts} starts`);
  } finally {
    await serving.close();
  }
}

const sending: ReadonlySet<string> = new Set(
  ["importParts", "resync", "applyPatches", "importCorrections"].map((name) => `unnest:${name}`),
);

function planOf({ seed, kills, share }: Schedule, kill: () => void): FaultPlan {
  const faults = seededFaults({ seed: String(seed), share, longestDelay: 20, meets: ({ path }) => sending.has(path) });
  let sent = 0;
  return (call): Fault | null => {
    if (!sending.has(call.path)) return null;
    sent += 1;
    const way = kills.get(sent);
    if (way === undefined) return faults(call);
    if (way === "before") {
      kill();
      return { kind: "reset" };
    }
    // The function runs at once; the process is gone when its answer would come, or has just come.
    setTimeout(kill, way === "afterCommit" ? 0 : 15);
    return way === "afterCommit" ? { kind: "lost" } : null;
  };
}
