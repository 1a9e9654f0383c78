import { oldestTouch } from "../aggregates/oldestTouch.js";
import { anyReader } from "../documents.js";
import { deploymentClass } from "../meta.js";
import { type Phase, phases, readPhases, type Step } from "../phases.js";
import { internalQuery } from "../runtime.js";
import { onlineVersion } from "../schema/version.js";
import { type Counted, countByPhase, counted } from "./countByPhase.js";
import { openJobs } from "./openJobs.js";
import { type ComparisonStatus, comparisonsOf, type VerificationStatus, verificationsOf } from "./proofs.js";
import { fieldsWritten, writesDropped } from "./readiness.js";

/** Where a phase is. Times are in ms since 1970, ages in ms. */
export interface PhaseStatus {
  readonly migrationId: Phase;
  /** Of the phase's switch, which an export of this deployment holds too; null for a phase that was never begun. */
  readonly switchId: string | null;
  readonly step: Step;
  readonly epoch: number;
  /** When the step was taken; null for a phase that was never begun. */
  readonly since: number | null;
  readonly cleanupNotBefore: number | null;
  readonly backfilled: boolean;
  /** When the export was taken in which a delta found no drift; null where none has since, or drift was found again. */
  readonly driftFreeSince: number | null;
  /** What an export has to show, or its delta proves nothing. */
  readonly deltasFrom: number | null;
  readonly jobsOpen: Counted;
  readonly jobsSetAside: Counted;
  readonly oldestJobAge: number | null;
  /** Was something left to delta, since a mutation was at the limits of its transaction? */
  readonly driftPossible: boolean;
  readonly touches: Counted;
  readonly batches: Counted;
  /** Ledger entries by code. */
  readonly originals: Counted;
  readonly repaired: Counted;
  /** Moved fields that a write named outside a helper within the buffer's length, as `table.field`. */
  readonly oldFieldWrites: readonly string[];
  /** Fields that hold nothing of their own, with the transactions whose direct write of them was dropped since the rows are the truth. */
  readonly droppedWrites: readonly { readonly field: string; readonly transactions: number }[];
  /** Of its readers, and of its parts; none for a phase that is off. */
  readonly comparisons: readonly ComparisonStatus[];
  readonly verifications: readonly VerificationStatus[];
}

/**
 * Each phase's step, and what is open: the one page an operator looks at. Counts are bounded: `"1000+"` says that there are at
 * least so many. `version` is what an importer compares with its own before it sends anything.
 */
export const status = internalQuery({
  args: {},
  handler: async (ctx) => {
    const { db } = ctx;
    const now = Date.now();
    const states = await readPhases(db);
    const reader = anyReader(db);
    const touches = await countByPhase(reader, "unnestTouches");
    const batches = await countByPhase(reader, "unnestBatches");
    const ledger = await countByPhase(reader, "unnestLedger");
    const jobsOf = await openJobs(db);
    const oldest = await oldestTouch(db);
    const statuses: PhaseStatus[] = [];
    for (const migrationId of phases) {
      const { step, epoch, switchRow } = states[migrationId];
      const { since = null, cleanupNotBefore = null, backfilled = false, driftFreeSince = null } = switchRow ?? {};
      const { deltasFrom = null } = switchRow ?? {};
      const jobs = jobsOf(migrationId);
      statuses.push({
        migrationId,
        switchId: switchRow?._id ?? null,
        step,
        epoch,
        since,
        cleanupNotBefore,
        backfilled,
        driftFreeSince,
        deltasFrom,
        jobsOpen: counted(jobs.open, jobs.unseenSince === null),
        jobsSetAside: counted(jobs.setAside, jobs.unseenSince === null),
        oldestJobAge: jobs.oldest === null ? null : now - jobs.oldest,
        driftPossible: jobs.driftPossible,
        touches: touches(migrationId),
        batches: batches(migrationId),
        originals: ledger(migrationId, "original"),
        repaired: ledger(migrationId, "repaired"),
        oldFieldWrites: switchRow === null ? [] : await fieldsWritten(db, migrationId, switchRow),
        droppedWrites: switchRow === null ? [] : await writesDropped(db, migrationId),
        comparisons: step === "off" ? [] : await comparisonsOf(db, migrationId, epoch),
        verifications: step === "off" ? [] : await verificationsOf(db, migrationId, epoch),
      });
    }
    return {
      version: onlineVersion,
      now,
      deploymentClass: await deploymentClass(ctx),
      oldestTouchAge: oldest === null ? null : now - oldest,
      phases: statuses,
    };
  },
});
