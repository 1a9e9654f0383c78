import { ConvexError, v } from "convex/values";
import { readPhases } from "../phases.js";
import { internalMutation, type MutationCtx } from "../runtime.js";
import { oneOf } from "../schema/oneOf.js";
import { walkArguments, walkPage } from "../walk.js";
import { filledTables } from "./readiness.js";

/** Needed by nobody once every phase is complete. */
const passing = [
  "unnestMigrations",
  "unnestBatches",
  "unnestMovedParts",
  "unnestShadowDifferences",
  "unnestEvidence",
  "unnestOldFieldWrites",
];

/**
 * Removes a page of the migration's own tables, when every phase that was begun is complete. Touches and jobs stay: aggregates go
 * on needing them.
 *
 * @param table `unnestSwitches` and `unnestLedger` go only by their names, one at a time. Helpers read from the switches that
 * a phase is complete, and without them take it for off: they go when the application calls none any more. The ledger holds
 * what rows cannot give back, and goes last.
 * @returns `{cursor, isDone, visited, left}`; `visited` were removed
 * @throws ConvexError `not_complete` with the phases that are not, `state_left` with the tables that go before the ledger
 */
export const removeState = internalMutation({
  args: {
    table: v.optional(oneOf("unnestSwitches", "unnestLedger")),
    dryRun: v.optional(v.boolean()),
    ...walkArguments,
  },
  handler: async (ctx, { table, cursor, documents, dryRun = false }) => {
    await refuseEarly(ctx, table);
    return await walkPage(ctx, {
      tables: table === undefined ? passing : [table],
      cursor,
      documents,
      visit: async ({ _id }) => {
        if (!dryRun) await ctx.db.delete(_id as never);
        return true;
      },
    });
  },
});

async function refuseEarly({ db }: Pick<MutationCtx, "db">, table: string | undefined): Promise<void> {
  const states = Object.values(await readPhases(db));
  const begun = states.map(({ switchRow }) => switchRow).filter((row) => row !== null);
  const open = begun.filter(({ step }) => step !== "complete").map(({ migrationId }) => migrationId);
  if (open.length > 0) throw new ConvexError({ code: "not_complete", phases: open });
  if (table !== "unnestLedger") return;
  const tables = await filledTables(db, [...passing, "unnestSwitches"]);
  if (tables.length > 0) throw new ConvexError({ code: "state_left", tables });
}
