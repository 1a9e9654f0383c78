/** Brings the two sides of a deployment, what old fields say and what rows say, where a read is to find them. */

import type { Phase, Step } from "../../../convex/phases.js";
import { startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import type { Transform } from "../../../transforms/defineTransform.js";
import { type Deployment, put, setStep } from "../deployment.js";

/** Brings a part's rows in step with its document. */
export async function sync(deployment: Deployment, transform: Transform, documentId: string): Promise<void> {
  await deployment.run(async (ctx) => await syncPart(await startSync(ctx), transform, documentId));
}

/** Puts a phase at a step of which the backfill is done. */
export async function setBackfilled(deployment: Deployment, phase: Phase, step: Step): Promise<void> {
  await setStep(deployment, phase, step);
  await deployment.run(async ({ db }) => {
    const rows = await db.query("unnestSwitches").collect();
    for (const { _id, migrationId } of rows) if (migrationId === phase) await db.patch(_id, { backfilled: true });
  });
}

/** Leaves a part waiting for a job. */
export async function openJob(
  deployment: Deployment,
  { phase, part, table }: Transform,
  documentId: string,
): Promise<void> {
  const job = { migrationId: phase, epoch: 1, kind: part, table, documentId, attempts: 0, createdAt: 0 };
  await put(deployment, "unnestJobs", job);
}
