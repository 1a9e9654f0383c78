/**
 * Cleanup: from now on the rows are the truth, and the old fields go, in pages (spec 5). Between the switch and a document's
 * own page its old fields go on being the value of their parts; helpers that touch a part clean it themselves.
 */
import { v } from "convex/values";
import { readPhases, type Step } from "../phases.js";
import { epochArguments, phaseArgument, requirePhase } from "../requirePhase.js";
import { internalMutation } from "../runtime.js";
import { startSync } from "../sync/sync.js";
import { walkArguments, walkPage } from "../walk.js";
import { cleanPart, type LeftReason } from "./cleanPart.js";
import { reasonsAgainstStep } from "./needs.js";
import { documentTablesOf, partRowTablesOf, partsOfPhase } from "./phaseTables.js";
import { recordProgress } from "./progress.js";
import { refuse } from "./refuse.js";
import { removeOrphan } from "./removeOrphan.js";
import { writeSwitch } from "./writeSwitch.js";

/**
 * Sets the step to `cleaned`. Refused for what stands in `needs`, unless forced by the reason's code.
 *
 * @throws ConvexError `switch_refused`
 */
export const startCleanup = internalMutation({
  args: { migrationId: phaseArgument, dryRun: v.optional(v.boolean()), force: v.optional(v.array(v.string())) },
  handler: async (ctx, { migrationId, dryRun = false, force = [] }) => {
    const state = (await readPhases(ctx.db))[migrationId];
    const { step, epoch, switchRow } = state;
    if (step !== "new" || switchRow === null) refuse(migrationId, [{ code: "wrong_step", step }]);
    else {
      refuse(migrationId, await reasonsAgainstStep(ctx.db, migrationId, switchRow, "cleaned"), force);
      // From here on it says that a whole walk has left nothing.
      if (!dryRun) await writeSwitch(ctx, migrationId, state, { step: "cleaned", driftFreeSince: undefined });
    }
    return { migrationId, epoch };
  },
});

const cleaning: readonly Step[] = ["cleaned"];
/** What a dry run may look at before the switch as well. */
const cleanable: readonly Step[] = ["new", "cleaned"];

/**
 * Cleans a page of the phase's documents, each in its turn; then rows go whose document is gone. What cannot be cleaned keeps its
 * old fields and is listed; a walk that ends with nothing left makes `complete` possible, and one that left something can simply
 * be begun again.
 *
 * @returns `{cursor, isDone, visited, left}`, parts `cleaned`, `originals` kept and `orphans` found by this page, and `kept`: the
 * parts that it left, with the reason
 * @throws ConvexError `epoch_ended`, `wrong_step`, `bad_cursor`
 */
export const cleanupPage = internalMutation({
  args: { ...epochArguments, ...walkArguments },
  handler: async (ctx, { migrationId, epoch, cursor = null, documents, dryRun = false }) => {
    const sync = await startSync(ctx);
    const state = requirePhase(sync, { migrationId, epoch }, dryRun ? cleanable : cleaning);
    const kept: { table: string; documentId: string; part: string; reason: LeftReason }[] = [];
    let cleaned = 0;
    let originals = 0;
    let orphans = 0;
    const page = await walkPage(ctx, {
      tables: [...documentTablesOf(migrationId), ...partRowTablesOf(migrationId)],
      cursor,
      documents,
      visit: async (document, table) => {
        const before = kept.length;
        const writer = partsOfPhase(migrationId).find(({ writes }) => writes[table] !== undefined);
        if (writer !== undefined && (await removeOrphan(sync, writer, table, document, dryRun))) orphans += 1;
        for (const transform of partsOfPhase(migrationId).filter((part) => part.table === table)) {
          const { outcome, originals: stored } = await cleanPart(sync, transform, document, dryRun);
          originals += stored;
          if (outcome === "cleaned") cleaned += 1;
          else if (outcome !== "nothing")
            kept.push({ table, documentId: document._id, part: transform.part, reason: outcome });
        }
        return kept.length === before;
      },
    });
    if (!dryRun) {
      await recordProgress(ctx, migrationId, "cleanup", cursor === null, page);
      if (page.isDone) {
        const driftFreeSince = page.left === 0 ? Date.now() : undefined;
        await writeSwitch(ctx, migrationId, state, { driftFreeSince });
      }
    }
    return { ...page, cleaned, originals, orphans, kept };
  },
});
