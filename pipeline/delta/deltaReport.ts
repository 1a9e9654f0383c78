/** What a delta found, as `delta.json` and `--json` give it. Ids and names only. */
import { z } from "zod";
import { steps } from "../../convex/schema/steps.js";
import { driftReasons } from "../batches/driftReasons.js";

const count = z.number().int().nonnegative();

export const deltaReport = z.object({
  snapshot: z.object({ name: z.string(), sha256: z.string() }),
  /** Nothing is to be sent. */
  driftFree: z.boolean(),
  phases: z.array(
    z.object({
      phase: z.string(),
      step: z.enum(steps),
      epoch: z.number(),
      /**
       * A phase that is off has nothing to compare with, one whose authority is `new` has its truth in its rows, and of one whose parts
       * the run left out (`--with`) nothing was mapped. One whose import was not done lacks what that will bring.
       */
      compared: z.boolean(),
      backfilled: z.boolean(),
      /** Rows of its tables in the snapshot, where it was compared. */
      rows: count,
      /** Parts that differ. */
      drifted: count,
    }),
  ),
  /** A part with two reasons is counted under both. */
  parts: z.array(
    z.object({
      phase: z.string(),
      part: z.string(),
      reason: z.enum(driftReasons),
      parts: count,
      /** Ids of some of the documents. */
      sample: z.array(z.string()),
    }),
  ),
  /** Natural keys of entities that more than one row has. */
  duplicates: z.array(z.object({ phase: z.string(), table: z.string(), keys: count })),
  /** Keys whose aggregate is not its recount. */
  corrections: z.array(z.object({ phase: z.string(), kind: z.string(), keys: count })),
  /** Parts that differ and wait for a job of the deployment: no drift. */
  waiting: count,
});

export type DeltaReport = Readonly<z.infer<typeof deltaReport>>;
