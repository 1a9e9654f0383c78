/** What the steps of a rehearsal work with. */
import type { Progress } from "../run/progress.js";
import type { Ended } from "./childCommands.js";
import type { FaultLevel, FaultSchedule } from "./faultSchedule.js";
import type { RehearsalPaths } from "./rehearsalPaths.js";
import type { Target } from "./target.js";
import type { Traffic } from "./traffic.js";

export const trafficLevels = ["off", "light", "heavy"] as const;

export type TrafficLevel = (typeof trafficLevels)[number];

/** What decides how a rehearsal goes, besides time. */
export interface RehearsalOptions {
  /** The snapshot's path. */
  readonly snapshot: string;
  readonly seed: number;
  /** Who write at once. */
  readonly users: number;
  readonly traffic: TrafficLevel;
  readonly faults: FaultLevel;
}

/** Where an old document may be another one than users left it, because the migration itself says so (spec 4). */
export interface DocumentRules {
  /** Fields that are counted anew, as `table.field`. */
  readonly recounted: readonly string[];
  /** References that go when what they refer to is gone, as `table.field`, with the table referred to. */
  readonly repaired: Readonly<Record<string, string>>;
  /** Arrays of which only the elements count once somebody has written them: rows have an order of their own. */
  readonly unordered: readonly string[];
}

export interface Rehearsal {
  readonly options: RehearsalOptions;
  readonly paths: RehearsalPaths;
  readonly target: Target;
  /** Null where nobody writes: a deployment that does not mount the synthetic users' functions. */
  readonly traffic: Traffic | null;
  readonly rules: DocumentRules;
  readonly faults: FaultSchedule;
  /** More arguments for `import`. */
  readonly importOptions: readonly string[];
  readonly commands: Commands;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Documents of the snapshot in the tables that the mapping reads; the first step finds it. */
  documents: number;
  /** What the application's readers answered from the old fields; null until they were asked. */
  answers: ReadonlyMap<string, string> | null;
}

/** The real commands, against the target. */
export interface Commands {
  /** Runs one to its end. @throws UnnestError REHEARSAL_COMMAND_FAILED unless it ends with one of the codes */
  run(args: readonly string[], mayEndWith?: readonly number[]): Promise<Ended>;
  /** Starts one that may be killed. */
  start(args: readonly string[]): { kill(): void; readonly ended: Promise<Ended> };
  /** The same commands against another target. */
  against(target: Target): Commands;
}

/** The share of the snapshot's documents that users write anew, by the traffic's level, while the import runs. */
export const trafficShares: Readonly<Record<TrafficLevel, number>> = { off: 0, light: 0.08, heavy: 0.15 };
