/** When all is sent: what the deployment has on record, and telling it which phases are filled, or free of drift. */
import { z } from "zod";
import { countInvalidItems } from "../batches/countInvalidItems.js";
import type { Database } from "../db/database.js";
import { literal, qualified } from "../db/quote.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import type { DeploymentStatus } from "../remote/phaseStatus.js";
import { type RetryOptions, withRetries } from "../remote/withRetries.js";
import type { Progress } from "../run/progress.js";
import type { Batch } from "./batch.js";
import type { PhaseReport } from "./importReport.js";
import type { PlanOf } from "./planImport.js";
import { planSchema } from "./planTables.js";
import { countRecorded } from "./recordedBatches.js";
import type { PhasePlan } from "./sendablePhases.js";

export interface Concluding {
  readonly database: Database;
  readonly remote: RemoteDeployment;
  /** Before anything was sent. */
  readonly status: DeploymentStatus;
  readonly of: PlanOf;
  readonly retries: RetryOptions;
  readonly progress: Progress;
}

/** Phase by phase: the batches on record, and whether the deployment was told. */
export type Marks = ReadonlyMap<
  string,
  { readonly recorded: number; readonly missing: number; readonly marked: boolean }
>;

export const noMarks: Marks = new Map();

/**
 * Counts a phase's batches in the deployment. Of a phase that has them all, tells it so; an empty delta counts only if its export was
 * taken after the import was done. A phase with invalid items is not filled.
 *
 * @param sent what was still to be sent when this import began: a phase that was filled before, and got nothing, is not told again
 * @throws CallFailure
 */
export async function conclude(
  { database, remote, retries, status, of, progress }: Concluding,
  sendable: readonly PhasePlan[],
  sent: readonly Batch[],
): Promise<Marks> {
  const marks = new Map<string, { recorded: number; missing: number; marked: boolean }>();
  for (const { phase, epoch, followsImport } of sendable) {
    const counted = await countRecorded(database, remote, { phase, epoch }, retries);
    const left = await database.count(
      `SELECT count(*) FROM ${qualified(planSchema, "batches")} WHERE phase = ${literal(phase)} AND state NOT IN ('done', 'split')`,
    );
    const planned = await database.count(
      `SELECT count(*) FROM ${qualified(planSchema, "batches")} WHERE phase = ${literal(phase)}`,
    );
    const live = status.phases.find(({ migrationId }) => migrationId === phase);
    const isNews = live?.backfilled !== true || sent.some((batch) => batch.phase === phase);
    const driftFree = planned === 0;
    const isEarly = of === "drift" && driftFree && !followsImport;
    if (isEarly)
      progress.note(`${phase} is not called free of drift: this export was taken before its import was done`);
    const isThrough = left === 0 && !isEarly;
    // Reads would go to rows that are not there.
    const marked = isThrough && (await countInvalidItems(database, phase)) === 0;
    const name = { migrationId: phase, epoch };
    if (isThrough && of === "drift") {
      // One that is free of drift stays so since the time it has: an old delta, sent again, says nothing about now.
      if (!driftFree || typeof live?.driftFreeSince !== "number")
        await withRetries(() => remote.mutation("markDriftFree", { ...name, driftFree }, z.null()), retries);
    } else if (marked && isNews) await withRetries(() => remote.mutation("markBackfilled", name, z.null()), retries);
    marks.set(phase, { ...counted, marked });
  }
  return marks;
}

/** What the run's database knows of a phase. */
export async function phaseReport(
  database: Database,
  { phase, epoch, leftOut }: PhasePlan,
  ended: string | null,
  marks: Marks,
): Promise<PhaseReport> {
  const rows = await database.rows<{ state: string; batches: string }>(
    `SELECT state, count(*) AS batches FROM ${qualified(planSchema, "batches")} WHERE phase = ${literal(phase)} AND state <> 'split' GROUP BY state`,
  );
  const count = (...states: string[]): number =>
    rows.filter(({ state }) => states.includes(state)).reduce((sum, { batches }) => sum + Number(batches), 0);
  const { recorded = 0, marked = false } = marks.get(phase) ?? {};
  return {
    phase,
    epoch,
    leftOut,
    ended,
    batches: count("planned", "sent", "done", "failed"),
    done: count("done"),
    recorded,
    failed: count("failed"),
    invalid: await countInvalidItems(database, phase),
    open: count("planned", "sent"),
    marked,
  };
}
