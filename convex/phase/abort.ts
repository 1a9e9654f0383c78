/**
 * Abort, the way back while the authority is `old` (spec 5): the step goes off first, so that nothing writes rows any more, then all
 * that the phase wrote goes, in pages. The old fields were the truth all along.
 */
import { v } from "convex/values";
import { applyDelta } from "../aggregates/applyDelta.js";
import type { StoredDocument } from "../documents.js";
import { authorityOf, type Phase, readPhases, type Step } from "../phases.js";
import { readersOf } from "../read/shadowReaders.js";
import { epochArguments, phaseArgument, requirePhase } from "../requirePhase.js";
import { internalMutation, type MutationCtx } from "../runtime.js";
import { startSync } from "../sync/sync.js";
import { type Delta, isDeltaOf } from "../touches/delta.js";
import { walkArguments, walkPage } from "../walk.js";
import { ownedTablesOf, rowTablesOf } from "./phaseTables.js";
import { recordProgress } from "./progress.js";
import { filledTables } from "./readiness.js";
import { refuse } from "./refuse.js";
import { settleEntry } from "./settleEntry.js";
import { freshSwitch, writeSwitch } from "./writeSwitch.js";

/**
 * Ends the phase's epoch. The pages that follow carry it; another T0 begins the next one. Of a phase that is off already it changes
 * nothing.
 *
 * @param valuesSaved the pages of `applicationValues` are kept in a file; asked for only where there are any
 * @throws ConvexError `switch_refused`
 */
export const startAbort = internalMutation({
  args: { migrationId: phaseArgument, valuesSaved: v.optional(v.boolean()), dryRun: v.optional(v.boolean()) },
  handler: async (ctx, { migrationId, valuesSaved = false, dryRun = false }) => {
    const state = (await readPhases(ctx.db))[migrationId];
    const { step, epoch, switchRow } = state;
    if (switchRow === null || authorityOf(step) === "new") refuse(migrationId, [{ code: "wrong_step", step }]);
    const tables = await filledTables(ctx.db, ownedTablesOf(migrationId));
    if (tables.length > 0 && !valuesSaved) refuse(migrationId, [{ code: "values_not_saved", tables }]);
    if (!dryRun) await writeSwitch(ctx, migrationId, state, { ...freshSwitch, step: "off" });
    return { migrationId, epoch };
  },
});

const aborted: readonly Step[] = ["off"];
/** What a dry run may look at before the switch as well. */
const abortable: readonly Step[] = ["off", "dual-write", "shadow", "new-then-old", "new"];

/** The migration's own tables of which an aborted phase's documents go; rows go last, so that a T0 in between is refused. */
const stateOfPhase = [
  "unnestTouches",
  "unnestJobs",
  "unnestBatches",
  "unnestLedger",
  "unnestMovedParts",
  "unnestShadowDifferences",
  "unnestEvidence",
] as const;

/**
 * Removes a page of what the phase wrote. Touches of message counts are folded first, since conversations stay; repairs are
 * undone where the field is still absent.
 *
 * @returns `{cursor, isDone, visited, left}`, documents `deleted` by this page, repairs `putBack`, and `kept`: documents of which a
 * repair could not be undone
 * @throws ConvexError `epoch_ended`, `wrong_step`, `bad_cursor`
 */
export const abortPage = internalMutation({
  args: { ...epochArguments, ...walkArguments },
  handler: async (ctx, { migrationId, epoch, cursor = null, documents, dryRun = false }) => {
    const sync = await startSync(ctx);
    requirePhase(sync, { migrationId, epoch }, dryRun ? abortable : aborted);
    const kept: { table: string; documentId: string }[] = [];
    let deleted = 0;
    let putBack = 0;
    const page = await walkPage(ctx, {
      tables: [...stateOfPhase, ...rowTablesOf(migrationId)],
      cursor,
      documents,
      visit: async (document, table) => {
        if (!isOfPhase(document, table, migrationId)) return true;
        if (table === "unnestLedger" && document.code === "repaired") {
          const outcome = await settleEntry(sync.db, document, dryRun);
          if (outcome === "put_back") putBack += 1;
          if (outcome === "write_refused") {
            kept.push({ table: String(document.table), documentId: String(document.documentId) });
            return false;
          }
        } else if (!dryRun) {
          if (table === "unnestTouches") await foldCount(ctx, document);
          await sync.db.delete(document._id);
        }
        deleted += 1;
        return true;
      },
    });
    if (!dryRun) await recordProgress(ctx, migrationId, "abort", cursor === null, page);
    return { ...page, deleted, putBack, kept };
  },
});

/** A phase's own tables are its altogether. */
function isOfPhase({ migrationId, reader }: StoredDocument, table: string, phase: Phase): boolean {
  if (table === "unnestShadowDifferences") return readersOf(phase).includes(String(reader));
  return migrationId === undefined || migrationId === phase;
}

async function foldCount({ db }: Pick<MutationCtx, "db">, { kind, key, delta }: StoredDocument): Promise<void> {
  const counted = delta as unknown as Delta;
  if (kind !== "messageCount" || !isDeltaOf("messageCount", counted)) return;
  await applyDelta(db, "messageCount", String(key), counted);
}
