import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import { anyWriter } from "../documents.js";
import type { Phase } from "../phases.js";
import type { MutationCtx } from "../runtime.js";
import type { WalkedPage } from "../walk.js";

/** Which walk a phase is in. */
export type WalkName = "cleanup" | "rebuild" | "abort" | "prune";

/**
 * Notes how far a walk has come, for people who look at the table: nothing decides by it. A dry run notes nothing.
 */
export async function recordProgress(
  { db }: Pick<MutationCtx, "db">,
  migrationId: Phase,
  name: WalkName,
  begins: boolean,
  { cursor, isDone, visited, left }: WalkedPage,
): Promise<void> {
  const now = Date.now();
  const row = await db
    .query("unnestMigrations")
    .withIndex("by_migration_id", (range) => range.eq("migrationId", migrationId))
    .unique();
  const before = row !== null && row.name === name && !begins ? row : null;
  const processed = (before?.processedRecords ?? 0) + visited;
  const progress = {
    name,
    status: isDone ? ("completed" as const) : ("running" as const),
    checkpoint: {
      ...(cursor === null ? {} : { cursor }),
      processedCount: processed,
      successCount: processed - left,
      errorCount: left,
    },
    processedRecords: processed,
    startedAt: before?.startedAt ?? now,
    completedAt: isDone ? now : undefined,
    updatedAt: now,
  };
  if (row === null)
    await anyWriter(db).insert("unnestMigrations", withoutAbsent({ migrationId, createdAt: now, ...progress }));
  else await anyWriter(db).patch(row._id, progress);
}
