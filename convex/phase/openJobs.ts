import type { GenericDatabaseReader } from "convex/server";
import { isJobSetAside } from "../jobs/isJobSetAside.js";
import type { Phase } from "../phases.js";
import type { DataModel } from "../runtime.js";

/** Jobs looked at for a count; there is no index by phase. */
const mostJobs = 1000;

export interface OpenJobs {
  readonly open: number;
  readonly setAside: number;
  /** Birth of the oldest that is not set aside, in ms; null when there is none. */
  readonly oldest: number | null;
  /** Birth of the last job looked at, where there may be more behind it; null when all were looked at. */
  readonly unseenSince: number | null;
}

/** Counts jobs by phase, among the 1,000 oldest of all phases. */
export async function openJobs(db: GenericDatabaseReader<DataModel>): Promise<(phase: Phase) => OpenJobs> {
  const looked = await db.query("unnestJobs").withIndex("by_created").take(mostJobs);
  const unseenSince = looked.length < mostJobs ? null : (looked.at(-1)?.createdAt ?? null);
  return (phase) => {
    const jobs = looked.filter(({ migrationId }) => migrationId === phase);
    const open = jobs.filter((job) => !isJobSetAside(job));
    return {
      open: open.length,
      setAside: jobs.length - open.length,
      oldest: open[0]?.createdAt ?? null,
      unseenSince,
    };
  };
}
