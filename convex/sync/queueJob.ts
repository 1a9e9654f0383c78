import { nameOf } from "./backlog.js";
import { defersWork, phaseOf, type Sync } from "./sync.js";

/** The kind of a job that syncs what looks a document up; every other kind but those below is the name of the part to sync. */
export const fanOutKind = "fanOut";

/** The kind of a job that removes what is kept beside the rows of a document that is gone. */
export const keptKind = "kept";

/** The kind of a job that removes the token usage of a conversation that is gone. */
export const usageKind = "usage";

export interface JobRequest {
  /** `phase-1` … `phase-7`. */
  readonly phase: string;
  /** A part's name, or one of the kinds above. */
  readonly kind: string;
  readonly table: string;
  readonly documentId: string;
}

/**
 * Leaves a sync to the scheduled jobs. The job belongs to the phase's epoch. Costs one write and no read: a job of an earlier
 * transaction is not looked for, since whichever runs first takes its equals along. In a mutation that writes many documents one job
 * for all of a kind is written at the end.
 */
export async function queueJob(sync: Sync, request: JobRequest): Promise<void> {
  const { backlog, budget } = sync;
  if (backlog?.gathers(budget.hasBegun()) === true) {
    await backlog.add(request, null);
    return;
  }
  const name = nameOf(request);
  if (sync.queued.has(name)) return;
  sync.queued.add(name);
  await sync.db.insert("unnestJobs", jobRow(sync, request));
}

/**
 * Does a small piece of work now; where work waits for the mutation's end it is tried there, and becomes a job where it does not fit.
 */
export async function doOrQueue(sync: Sync, request: JobRequest, work: () => Promise<void>): Promise<void> {
  const { backlog, budget } = sync;
  if (backlog === null || !defersWork(sync)) return await work();
  const within = async () => {
    await work();
    return true;
  };
  await backlog.add(request, async () => (await budget.spend(within).catch(() => null)) === true);
}

/** @param documentIds of a job for many documents, which stands under its kind's name instead of a document's id */
export function jobRow(sync: Sync, { phase, kind, table, documentId }: JobRequest, documentIds?: string[]) {
  const { epoch } = phaseOf(sync, { phase });
  const job = { migrationId: phase, epoch, kind, table, attempts: 0, createdAt: Date.now() };
  return documentIds === undefined ? { ...job, documentId } : { ...job, documentId: kind, documentIds };
}
