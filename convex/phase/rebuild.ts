/**
 * Rebuild, the way back from `cleaned` (spec 5): documents get their moved fields again, in pages, edits since included. From
 * the switch on helpers write rows and old field both, so no page can miss one.
 */
import { v } from "convex/values";
import { readPhases, type Step } from "../phases.js";
import { startComparing } from "../read/startComparing.js";
import { epochArguments, phaseArgument, requirePhase } from "../requirePhase.js";
import { internalMutation } from "../runtime.js";
import { type RebuiltOutcome, rebuildOldFields } from "../sync/rebuildOldFields.js";
import { startSync } from "../sync/sync.js";
import { walkArguments, walkPage } from "../walk.js";
import { outdateEvidence } from "./outdate.js";
import { documentTablesOf, partsOfPhase } from "./phaseTables.js";
import { recordProgress } from "./progress.js";
import { refuse } from "./refuse.js";
import { type SettledOutcome, settleEntry } from "./settleEntry.js";
import { bufferEnd, writeSwitch } from "./writeSwitch.js";

/** Sets the step of a cleaned phase to `returning`; of one that is returning it changes nothing. @throws ConvexError `switch_refused` */
export const startRebuild = internalMutation({
  args: { migrationId: phaseArgument, dryRun: v.optional(v.boolean()) },
  handler: async (ctx, { migrationId, dryRun = false }) => {
    const state = (await readPhases(ctx.db))[migrationId];
    const { step, epoch } = state;
    if (step !== "cleaned" && step !== "returning") refuse(migrationId, [{ code: "wrong_step", step }]);
    if (!dryRun) await writeSwitch(ctx, migrationId, state, { step: "returning", driftFreeSince: undefined });
    return { migrationId, epoch };
  },
});

const returning: readonly Step[] = ["returning"];
/** What a dry run may look at before the switch as well. */
const rebuildable: readonly Step[] = ["cleaned", "returning"];

/** An old field that could not be given back. */
interface Kept {
  readonly table: string;
  readonly documentId: string;
  /** Absent for a repair that could not be undone. */
  readonly part?: string;
  readonly reason: Exclude<RebuiltOutcome | SettledOutcome, "nothing" | "rebuilt" | "put_back">;
}

/**
 * Rebuilds a page of the phase's documents, then settles a page of its ledger. The page that ends a walk which left nothing sets
 * the step to `new`, where the buffer starts again; a walk that left something leaves the phase `returning`, and can
 * simply be begun again. A part whose rows, originals or fields were written past the migration is left as `value_altered`: its
 * helper writes it as it should be, or `acceptAltered` takes what is there.
 *
 * @returns `{cursor, isDone, visited, left}`, parts `rebuilt` and repairs `putBack` by this page, and `kept`: what it could not
 * give back, with the reason
 * @throws ConvexError `epoch_ended`, `wrong_step`, `bad_cursor`
 */
export const rebuildPage = internalMutation({
  args: {
    ...epochArguments,
    ...walkArguments,
    bufferDays: v.optional(v.number()),
    acceptAltered: v.optional(v.boolean()),
  },
  handler: async (ctx, { migrationId, epoch, cursor = null, documents, bufferDays, ...options }) => {
    const { dryRun = false } = options;
    const sync = await startSync(ctx);
    const state = requirePhase(sync, { migrationId, epoch }, dryRun ? rebuildable : returning);
    const kept: Kept[] = [];
    let rebuilt = 0;
    let putBack = 0;
    const page = await walkPage(ctx, {
      // Against the order of cleanup: links take their positions from arrays that stand again.
      tables: [...[...documentTablesOf(migrationId)].reverse(), "unnestLedger"],
      cursor,
      documents,
      visit: async (document, table) => {
        const before = kept.length;
        if (table === "unnestLedger") {
          if (document.migrationId !== migrationId) return true;
          const outcome = await settleEntry(sync.db, document, dryRun);
          if (outcome === "put_back") putBack += 1;
          else if (outcome !== "nothing")
            kept.push({ table: String(document.table), documentId: String(document.documentId), reason: outcome });
        }
        for (const transform of partsOfPhase(migrationId).filter((part) => part.table === table)) {
          const outcome = await rebuildOldFields(sync, transform, document, options);
          if (outcome === "rebuilt") rebuilt += 1;
          else if (outcome !== "nothing")
            kept.push({ table, documentId: document._id, part: transform.part, reason: outcome });
        }
        return kept.length === before;
      },
    });
    if (!dryRun) {
      await recordProgress(ctx, migrationId, "rebuild", cursor === null, page);
      if (page.isDone && page.left === 0) {
        const outdated = await outdateEvidence(ctx, { migrationId, epoch }, state);
        const back = { step: "new" as const, cleanupNotBefore: bufferEnd(bufferDays), ...outdated };
        await writeSwitch(ctx, migrationId, state, back);
        await startComparing(ctx, { migrationId, epoch });
      }
    }
    return { ...page, rebuilt, putBack, kept };
  },
});
