/** What a deployment answers about itself: the answer of `status`. */
import { z } from "zod";
import { phases, steps } from "../../convex/schema/steps.js";

/** A number of documents; `"1000+"`, at least so many. */
const counted = z.union([z.number().int().nonnegative(), z.templateLiteral([z.int().nonnegative(), "+"])]);

const time = z.number().nonnegative();

const count = z.number().int().nonnegative();

/** How much of a reader was compared; `needed` answers have to be. */
const comparison = z.object({
  reader: z.string().max(200),
  compared: count,
  needed: count,
  differing: count,
  waiting: count,
  last: time.nullable(),
});

/** When a part was last compared with its rows, all of it; `began` is null for one that never was. */
const verification = z.object({
  part: z.string().max(200),
  began: time.nullable(),
  looked: count,
  differing: count,
  waiting: count,
});

/** Times in ms since 1970, ages in ms. */
const phaseStatus = z.object({
  migrationId: z.enum(phases),
  /** Of the phase's switch, which stays from T0 on: an export of this deployment holds it too. Null for a phase never begun. */
  switchId: z.string().max(200).nullable(),
  step: z.enum(steps),
  /** Counts the times dual-write was switched on; what is sent carries it. */
  epoch: z.number().int().nonnegative(),
  /** When the step was taken; null for a phase that was never begun. */
  since: time.nullable(),
  cleanupNotBefore: time.nullable(),
  backfilled: z.boolean(),
  /** The moment of the export in which a delta found no drift. */
  driftFreeSince: time.nullable(),
  /** What an export has to show of the phase's switch, or its delta proves nothing. */
  deltasFrom: time.nullable(),
  jobsOpen: counted,
  jobsSetAside: counted,
  oldestJobAge: z.number().nullable(),
  /** Of an earlier version false. */
  driftPossible: z.boolean().default(false),
  touches: counted,
  batches: counted,
  originals: counted,
  repaired: counted,
  /** As `table.field`. */
  oldFieldWrites: z.array(z.string().max(200)).max(1000),
  /** As `table.field`; of an earlier version none. */
  droppedWrites: z
    .array(z.object({ field: z.string().max(200), transactions: z.number().int().nonnegative() }))
    .max(1000)
    .default([]),
  comparisons: z.array(comparison).max(100),
  verifications: z.array(verification).max(100),
});

export type PhaseStatus = z.infer<typeof phaseStatus>;

export const deploymentStatus = z.object({
  version: z.number(),
  /** The deployment's clock. */
  now: time,
  /** `s16` and the like; null where the deployment does not tell. */
  deploymentClass: z.string().max(20).nullable().default(null),
  oldestTouchAge: z.number().nullable(),
  phases: z.array(phaseStatus).length(phases.length),
});

/** Phases in their order. */
export type DeploymentStatus = z.infer<typeof deploymentStatus>;
