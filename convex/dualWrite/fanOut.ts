/** What looks a document up follows when that document changes or goes: at once where it is little, else by a job in pages. */
import { rangeBy, type StoredDocument } from "../documents.js";
import { fanOutKind, queueJob } from "../sync/queueJob.js";
import { defersWork, phaseOf, type Sync } from "../sync/sync.js";
import { syncOrQueue } from "../sync/syncOrQueue.js";
import { readMounted } from "../tableFacts.js";
import { type Route, routesBack } from "./routesBack.js";

/**
 * From so many found ones of a route on they are left to a job. Documents of 1 MiB among them, this is the quarter of a
 * transaction that syncs may read.
 */
const many = 4;

/**
 * Syncs what looks a document up, in one phase. Does nothing while the phase is off.
 *
 * @param table of the looked-up document, which may be gone
 */
export async function fanOut(sync: Sync, phase: string, table: string, documentId: string): Promise<void> {
  const routes = routesBack(phase, table);
  if (phaseOf(sync, { phase }).step === "off" || routes.length === 0) return;
  const request = { phase, kind: fanOutKind, table, documentId };
  const attempt = async () => await followFew(sync, phase, routes, documentId);
  if (sync.backlog !== null && defersWork(sync)) await sync.backlog.add(request, attempt);
  else if (!(await attempt())) await queueJob(sync, request);
}

/** @returns false, before anything is written, where dependents are many, or may not be read in this transaction. */
async function followFew(sync: Sync, phase: string, routes: readonly Route[], documentId: string): Promise<boolean> {
  const few = await fewDependents(sync, routes, documentId);
  for (const { route, found } of few ?? []) await followRoute(sync, phase, route, found);
  return few !== null;
}

/** What one route found. */
interface Found {
  readonly route: Route;
  readonly found: readonly StoredDocument[];
}

/** All dependents; null when they are many, or may not be read in this transaction. */
async function fewDependents(sync: Sync, routes: readonly Route[], documentId: string): Promise<Found[] | null> {
  const few: Found[] = [];
  for (const route of routes) {
    const range = () => rangeBy(sync.db, route.table, route.index, [[route.field, documentId]]);
    const read = () => readMounted(route.table, [], () => range().take(many));
    const found = await sync.budget.spend(read).catch(() => null);
    if (found === null || found.length === many) return null;
    few.push({ route, found });
  }
  return few;
}

/** Syncs the dependents among what a route found, or goes on from there. */
export async function followRoute(
  sync: Sync,
  phase: string,
  { table, dependent, transforms, goesOn }: Route,
  found: readonly StoredDocument[],
): Promise<void> {
  for (const document of found) {
    for (const transform of transforms) await syncOrQueue(sync, transform, String(document[dependent]));
    if (goesOn) await fanOut(sync, phase, table, document._id);
  }
}
