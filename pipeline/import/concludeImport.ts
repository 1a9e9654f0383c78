/** When all is sent: what the deployment has on record, and telling it which phases are filled, or free of drift. */
import { z } from "zod";
import { countInvalidItems } from "../batches/countInvalidItems.js";
import { exportMoment } from "../batches/exportMoment.js";
import type { Database } from "../db/database.js";
import { literal, qualified } from "../db/quote.js";
import { CallFailure } from "../remote/callFailure.js";
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
  {
    readonly recorded: number;
    readonly missing: number;
    readonly marked: boolean;
    /** The delta's export proves nothing any more: it has not seen an import's or rebuild's end, or a later repair. */
    readonly outdated: boolean;
  }
>;

export const noMarks: Marks = new Map();

/**
 * Counts a phase's batches in the deployment. Of a phase that has them all, tells it so; whether a delta counts, by what its export
 * shows, is for the deployment to say. A phase with invalid items is not filled.
 *
 * @param sent what was still to be sent when this import began: a phase that was filled before, and got nothing, is not told again
 * @throws CallFailure
 */
export async function conclude(
  { database, remote, retries, status, of, progress }: Concluding,
  sendable: readonly PhasePlan[],
  sent: readonly Batch[],
): Promise<Marks> {
  const marks = new Map<string, { recorded: number; missing: number; marked: boolean; outdated: boolean }>();
  const moment = of === "drift" ? await exportMoment(database) : 0;
  for (const { phase, epoch, shows, isProving } of sendable) {
    const counted = await countRecorded(database, remote, { phase, epoch }, retries);
    const left = await database.count(
      `SELECT count(*) FROM ${qualified(planSchema, "batches")} WHERE phase = ${literal(phase)} AND state NOT IN ('done', 'split')`,
    );
    const planned = await database.count(
      `SELECT count(*) FROM ${qualified(planSchema, "batches")} WHERE phase = ${literal(phase)}`,
    );
    const live = status.phases.find(({ migrationId }) => migrationId === phase);
    const isNews = live?.backfilled !== true || sent.some((batch) => batch.phase === phase);
    const isThrough = left === 0;
    const name = { migrationId: phase, epoch };
    const found = { driftFree: planned === 0, differing: planned, moment, shows };
    const isTold = isThrough && (of === "backfill" || isProving);
    const outdated = isTold && of === "drift" && !(await tellDelta(remote, { ...name, ...found }, retries));
    if (outdated) progress.note(`${phase}: this export has not seen all that has happened; what was sent does no harm`);
    if (isThrough && !isTold) progress.note(`${phase}: its import was not done in this export, which proves nothing`);
    // Reads would go to rows that are not there.
    const marked = isTold && !outdated && (await countInvalidItems(database, phase)) === 0;
    if (marked && of === "backfill" && isNews)
      await withRetries(() => remote.mutation("markBackfilled", name, z.null()), retries);
    marks.set(phase, { ...counted, marked, outdated });
  }
  return marks;
}

/** @returns whether the delta counts */
async function tellDelta(remote: RemoteDeployment, delta: object, retries: RetryOptions): Promise<boolean> {
  try {
    await withRetries(() => remote.mutation("markDriftFree", delta, z.null()), retries);
    return true;
  } catch (error) {
    if (error instanceof CallFailure && error.code === "delta_outdated") return false;
    throw error;
  }
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
