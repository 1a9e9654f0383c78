import { phaseOf, type Sync } from "./sync.js";

/** The kind of a job that syncs what looks a document up; every other kind is the name of the part to sync. */
export const fanOutKind = "fanOut";

export interface JobRequest {
  /** `phase-1` … `phase-7`. */
  readonly phase: string;
  /** A part's name, or `fanOutKind`. */
  readonly kind: string;
  readonly table: string;
  readonly documentId: string;
}

/**
 * Leaves a sync to the scheduled jobs. The job belongs to the phase's epoch. Costs one write and no read: a job of an earlier
 * transaction is not looked for, since whichever runs first takes its equals along.
 */
export async function queueJob(sync: Sync, { phase, kind, table, documentId }: JobRequest): Promise<void> {
  const name = JSON.stringify([phase, kind, documentId]);
  if (sync.queued.has(name)) return;
  sync.queued.add(name);
  const { epoch } = phaseOf(sync, { phase });
  const job = { migrationId: phase, epoch, kind, table, documentId, attempts: 0, createdAt: Date.now() };
  await sync.db.insert("unnestJobs", job);
}
