import type { Doc } from "../documents.js";
import { hasHeadroom } from "../headroom.js";
import { mounted } from "../mount.js";
import type { MutationCtx } from "../runtime.js";
import { queueJob } from "../sync/queueJob.js";
import type { Sync } from "../sync/sync.js";
import { doWork } from "./doWork.js";

/** Documents a page: user code may run a second, and each takes a few milliseconds. */
const maxDocuments = 100;

/**
 * Does a page of a job for many documents, and goes on with the next one in a mutation of its own; the job goes with the last. A document
 * that fails keeps no other from being done: it goes on in a job of its own. After a page that failed whole, whatever the reason, all
 * of its documents do.
 */
export async function manyPage(
  ctx: Pick<MutationCtx, "db" | "scheduler">,
  sync: Sync,
  job: Doc<"unnestJobs">,
): Promise<void> {
  const { _id, documentIds = [], cursor = "0", attempts } = job;
  const failedWhole = attempts > 1;
  let done = 0;
  for (const documentId of documentIds) {
    if (done === maxDocuments || (done > 0 && !(await hasHeadroom(ctx)))) break;
    const isDone = !failedWhole && (await succeeds(doWork(sync, job, documentId)));
    if (!isDone) await leave(sync, job, documentId);
    done++;
  }
  if (done === documentIds.length) {
    await ctx.db.delete(_id);
    return;
  }
  const at = String(Number(cursor) + done);
  await ctx.db.patch(_id, { documentIds: documentIds.slice(done), cursor: at, attempts: failedWhole ? attempts : 0 });
  await ctx.scheduler.runAfter(0, mounted("mutation", "runJob"), { jobId: _id, at });
}

async function succeeds(work: Promise<void>): Promise<boolean> {
  return await work.then(
    () => true,
    () => false,
  );
}

async function leave(
  sync: Sync,
  { migrationId: phase, kind, table }: Doc<"unnestJobs">,
  documentId: string,
): Promise<void> {
  await queueJob(sync, { phase, kind, table, documentId });
}
