import type { GenericDatabaseReader } from "convex/server";
import type { Doc } from "../documents.js";
import { isJobSetAside } from "../jobs/isJobSetAside.js";
import type { Phase } from "../phases.js";
import type { DataModel } from "../runtime.js";
import { driftMarkKind } from "../sync/backlog.js";

/** Jobs looked at for a count; there is no index by phase. Those for many documents hold their ids: of these so many, 4 MiB. */
const mostJobs = 1000;
const mostIds = 100_000;

export interface OpenJobs {
  readonly open: number;
  readonly setAside: number;
  /** Birth of the oldest that is not set aside, in ms; null when there is none. */
  readonly oldest: number | null;
  /** Birth of the last job looked at, where there may be more behind it; null when all were looked at. */
  readonly unseenSince: number | null;
  /** Was a mutation so large that not all that follows from its writes fitted, nor a job for it? Until delta has run there may be drift. */
  readonly driftPossible: boolean;
}

/** Counts jobs by phase, among the 1,000 oldest of all phases. */
export async function openJobs(db: GenericDatabaseReader<DataModel>): Promise<(phase: Phase) => OpenJobs> {
  const looked: Doc<"unnestJobs">[] = [];
  let ids = 0;
  for await (const job of db.query("unnestJobs").withIndex("by_created")) {
    looked.push(job);
    ids += job.documentIds?.length ?? 0;
    if (looked.length === mostJobs || ids >= mostIds) break;
  }
  const unseenSince = looked.length < mostJobs && ids < mostIds ? null : (looked.at(-1)?.createdAt ?? null);
  return (phase) => {
    const jobs = looked.filter(({ migrationId }) => migrationId === phase);
    const open = jobs.filter((job) => !isJobSetAside(job));
    return {
      open: open.length,
      setAside: jobs.length - open.length,
      oldest: open[0]?.createdAt ?? null,
      unseenSince,
      driftPossible: jobs.some(({ kind }) => kind === driftMarkKind),
    };
  };
}
