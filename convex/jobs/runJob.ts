import { v } from "convex/values";
import type { Doc } from "../documents.js";
import { isPhase } from "../phases.js";
import { internalMutation } from "../runtime.js";
import { fanOutKind } from "../sync/queueJob.js";
import { type Sync, startSync } from "../sync/sync.js";
import { doWork } from "./doWork.js";
import { fanOutPage } from "./fanOutPage.js";
import { manyPage } from "./manyPage.js";

/** Jobs of one document that go together; what is beyond goes with the next one. */
const mostEquals = 500;

/**
 * Does one job: syncs its part, whose other jobs are done with that, or one page of a fan-out or of a job for many documents. A job of
 * another epoch, of a phase that is off, or of a part that is no more is deleted without writing. Where it throws, nothing has happened
 * but the attempt.
 *
 * `at` is where a job in pages was when its next page was scheduled: one that the dispatcher has started anew meanwhile is beyond that, and
 * goes on from there alone.
 */
export const runJob = internalMutation({
  args: { jobId: v.id("unnestJobs"), at: v.optional(v.string()) },
  handler: async (ctx, { jobId, at }) => {
    const job = await ctx.db.get(jobId);
    if (job === null || (at !== undefined && at !== job.cursor)) return;
    const sync = await startSync(ctx);
    if (!isCurrent(sync, job)) await ctx.db.delete(jobId);
    else if (job.documentIds !== undefined) await manyPage(ctx, sync, job);
    else if (job.kind === fanOutKind) await fanOutPage(ctx, sync, job);
    else {
      await doWork(sync, job, job.documentId);
      const jobs = await ctx.db
        .query("unnestJobs")
        .withIndex("by_document", (range) => range.eq("table", job.table).eq("documentId", job.documentId))
        .take(mostEquals);
      for (const { _id, kind } of jobs) if (_id === jobId || kind === job.kind) await ctx.db.delete(_id);
    }
  },
});

function isCurrent({ phases }: Sync, { migrationId, epoch }: Doc<"unnestJobs">): boolean {
  if (!isPhase(migrationId)) return false;
  const state = phases[migrationId];
  return state.step !== "off" && state.epoch === epoch;
}
