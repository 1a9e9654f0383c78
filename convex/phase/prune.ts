import { type AnyReader, rangeBy, type StoredDocument } from "../documents.js";
import { steps } from "../phases.js";
import { epochArguments, requirePhase } from "../requirePhase.js";
import { internalMutation } from "../runtime.js";
import { oneOf } from "../schema/oneOf.js";
import { isReferredTo } from "../sync/isReferredTo.js";
import { startSync } from "../sync/sync.js";
import { walkArguments, walkPage } from "../walk.js";
import { recordProgress } from "./progress.js";

/** The entities of a phase, and the column that counts the references to one. */
const pruned = {
  "phase-2": { table: "sourceMetadata", counted: "accessCount" },
  "phase-5": { table: "tags", counted: "usageCount" },
} as const;

/**
 * Removes a page of tags and url metadata that nothing refers to any more, as far as the deployment itself can tell: no row, no child,
 * a count of 0 and no open touch. A tag's ancestors go in a later run. Global tags stay: the names in `feedbackTags` refer to
 * them, and no index leads from a tag to its names.
 *
 * @returns `{cursor, isDone, visited, left}` and `deleted` by this page
 * @throws ConvexError `epoch_ended`, `wrong_step` while the phase is off, `bad_cursor`
 */
export const prune = internalMutation({
  args: { ...epochArguments, ...walkArguments, migrationId: oneOf("phase-2", "phase-5") },
  handler: async (ctx, { migrationId, epoch, cursor = null, documents, dryRun = false }) => {
    const { db, phases } = await startSync(ctx);
    requirePhase(
      { phases },
      { migrationId, epoch },
      steps.filter((step) => step !== "off"),
    );
    let deleted = 0;
    const page = await walkPage(ctx, {
      tables: [pruned[migrationId].table],
      cursor,
      documents,
      visit: async (document) => {
        if (await isUsed(db, migrationId, document)) return true;
        if (!dryRun) await db.delete(document._id);
        deleted += 1;
        return true;
      },
    });
    if (!dryRun) await recordProgress(ctx, migrationId, "prune", cursor === null, page);
    return { ...page, deleted };
  },
});

async function isUsed(db: AnyReader, phase: keyof typeof pruned, row: StoredDocument): Promise<boolean> {
  const { table, counted } = pruned[phase];
  if (row[counted] !== 0 || row.scope === "global") return true;
  const touch = rangeBy(db, "unnestTouches", "by_kind_key", [
    ["kind", table],
    ["key", row._id],
  ]);
  return (await touch.first()) !== null || (await isReferredTo(db, table, row._id));
}
