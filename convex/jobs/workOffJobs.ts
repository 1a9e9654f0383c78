import { v } from "convex/values";
import { mounted } from "../mount.js";
import { internalMutation } from "../runtime.js";
import { isJobDue } from "./isJobDue.js";

/** A job for many documents holds their ids, up to 300 KB. */
export const bytesAPage = 4 << 20;

/** Each is written and may schedule a function, of which a transaction may schedule 1,000. */
export const jobsAPage = 200;

/**
 * Starts the jobs that are due, oldest first, page after page until it has seen those there were when it began. It counts the attempts,
 * and each job runs in a mutation of its own: a failing one rolls back nothing but itself.
 */
export const workOffJobs = internalMutation({
  args: { upTo: v.optional(v.number()), cursor: v.optional(v.string()) },
  handler: async ({ db, scheduler }, { upTo = Date.now(), cursor }) => {
    // Bounded at the end too, so that jobs which users queue meanwhile are no conflict.
    const { page, isDone, continueCursor } = await db
      .query("unnestJobs")
      .withIndex("by_created", (range) => range.lte("createdAt", upTo))
      .paginate({ numItems: jobsAPage, cursor: cursor ?? null, maximumBytesRead: bytesAPage });
    const due = page.filter((job) => isJobDue(job, Date.now()));
    for (const { _id, attempts } of due) {
      await db.patch(_id, { attempts: attempts + 1 });
      await scheduler.runAfter(0, mounted("mutation", "runJob"), { jobId: _id });
    }
    if (!isDone) {
      await scheduler.runAfter(0, mounted("mutation", "workOffJobs"), { upTo, cursor: continueCursor });
    }
    return { started: due.length };
  },
});
