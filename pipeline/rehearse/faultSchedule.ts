/** Which of an importer's calls go wrong, and at which of them it is killed; a function of the seed. */
import { hash } from "node:crypto";
import type { FaultPlan, FaultyCall } from "../embedded/faults/faultPlan.js";
import { seededFaults } from "../embedded/faults/seededFaults.js";

export const faultLevels = ["off", "light", "heavy"] as const;

export type FaultLevel = (typeof faultLevels)[number];

/** The share of calls that meet a fault, and how often the importer is killed. */
const levels: Readonly<Record<FaultLevel, { readonly share: number; readonly kills: number }>> = {
  off: { share: 0, kills: 0 },
  light: { share: 0.05, kills: 1 },
  heavy: { share: 0.2, kills: 3 },
};

/** Functions that only the importer calls. */
const imports = /:(importParts|importCorrections|resync|applyPatches|markBackfilled|markDriftFree)$/;

/** The first kill comes within so many calls, each further one within twice as many after the one before. */
const firstKillWithin = 4;

export class FaultSchedule {
  private readonly faults: FaultPlan;
  private readonly kills: readonly number[];
  private calls = 0;
  private struck = 0;
  private victim: (() => void) | null = null;
  private onFirst: (() => void) | null = null;

  constructor(seed: string, level: FaultLevel) {
    const { share, kills } = levels[level];
    this.faults = seededFaults({ seed, share, meets: ({ path }) => imports.test(path) });
    this.kills = killPoints(seed, kills);
  }

  /** For the server: asked at each call that reaches it. */
  readonly plan: FaultPlan = (call: FaultyCall) => {
    if (!imports.test(call.path)) return null;
    this.calls += 1;
    this.onFirst?.();
    this.onFirst = null;
    if (this.victim !== null && this.calls === this.kills[this.struck]) {
      this.struck += 1;
      this.victim();
      // Whether the call under way is committed is up to the seed as well.
      return this.struck % 2 === 1 ? { kind: "lost" } : { kind: "reset" };
    }
    return this.faults(call);
  };

  /** Who is killed from now on; null: nobody. */
  aim(victim: (() => void) | null): void {
    this.victim = victim;
  }

  /** Calls back, once, when the importer has sent something. */
  whenSending(callback: () => void): void {
    this.onFirst = callback;
  }

  /** Kills so far. */
  get killed(): number {
    return this.struck;
  }

  /** Calls of the importer so far, those that met a fault too. */
  get seen(): number {
    return this.calls;
  }
}

function killPoints(seed: string, kills: number): number[] {
  const points: number[] = [];
  let within = firstKillWithin;
  let at = 0;
  for (let number = 0; number < kills; number++) {
    const drawn = hash("sha256", `${seed}\0kill\0${number}`, "buffer").readUInt32LE(0);
    at += 1 + (drawn % within);
    points.push(at);
    within *= 2;
  }
  return points;
}
