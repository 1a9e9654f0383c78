import type { PaginationResult } from "convex/server";
import { type Doc, rangeBy, type StoredDocument } from "../documents.js";
import { followRoute } from "../dualWrite/fanOut.js";
import { routesBack } from "../dualWrite/routesBack.js";
import { mounted } from "../mount.js";
import type { MutationCtx } from "../runtime.js";
import type { Sync } from "../sync/sync.js";
import { readMounted } from "../tableFacts.js";

/** Bounds of what one page reads of a route; its dependents' parts are synced within a quarter of the transaction, the rest by jobs. */
const page = { numItems: 50, maximumRowsRead: 50, maximumBytesRead: 1 << 20 };

/** Where a fan-out is: which route, and how far along it. */
interface Place {
  readonly route: number;
  readonly cursor: string | null;
}

const nothingFound: PaginationResult<StoredDocument> = { page: [], isDone: true, continueCursor: "" };

/**
 * Syncs the dependents of one page of a fan-out, and goes on with the next one in a mutation of its own; the job goes with the last.
 * Dependents that come or change meanwhile see the looked-up document as it is now by themselves.
 */
export async function fanOutPage(
  ctx: Pick<MutationCtx, "db" | "scheduler">,
  sync: Sync,
  { _id, migrationId, table, documentId, cursor }: Doc<"unnestJobs">,
): Promise<void> {
  const place: Place = cursor === undefined ? { route: 0, cursor: null } : (JSON.parse(cursor) as Place);
  const routes = routesBack(migrationId, table);
  const route = routes[place.route];
  if (route === undefined) {
    await ctx.db.delete(_id);
    return;
  }
  const found = await readMounted(route.table, nothingFound, () =>
    rangeBy(sync.db, route.table, route.index, [[route.field, documentId]]).paginate({ ...page, cursor: place.cursor }),
  );
  await followRoute(sync, migrationId, route, found.page);
  const next: Place = found.isDone
    ? { route: place.route + 1, cursor: null }
    : { route: place.route, cursor: found.continueCursor };
  if (next.route === routes.length) {
    await ctx.db.delete(_id);
    return;
  }
  const at = JSON.stringify(next);
  // A page that went well leaves the attempts to the next one.
  await ctx.db.patch(_id, { cursor: at, attempts: 0 });
  await ctx.scheduler.runAfter(0, mounted("mutation", "runJob"), { jobId: _id, at });
}
