import { v } from "convex/values";
import { mounted } from "../mount.js";
import { internalMutation } from "../runtime.js";
import { isJobSetAside } from "./isJobSetAside.js";
import { bytesAPage, jobsAPage } from "./workOffJobs.js";

/** Gives the jobs that were set aside their attempts back, in pages: for an operator who has dealt with the reason. */
export const retryJobs = internalMutation({
  args: { cursor: v.optional(v.string()) },
  handler: async ({ db, scheduler }, { cursor }) => {
    const { page, isDone, continueCursor } = await db
      .query("unnestJobs")
      .withIndex("by_created")
      .paginate({ numItems: jobsAPage, cursor: cursor ?? null, maximumBytesRead: bytesAPage });
    const setAside = page.filter(isJobSetAside);
    for (const { _id } of setAside) await db.patch(_id, { attempts: 0 });
    const next = isDone ? (["workOffJobs", {}] as const) : (["retryJobs", { cursor: continueCursor }] as const);
    await scheduler.runAfter(0, mounted("mutation", next[0]), next[1]);
    return { retried: setAside.length };
  },
});
