/** Jobs as phase control sees them: open ones hold a step up, those set aside keep their parts' old fields. */
import type { GenericDatabaseReader } from "convex/server";
import type { Transform } from "../../transforms/defineTransform.js";
import { type AnyReader, documentsBy } from "../documents.js";
import { isJobSetAside } from "../jobs/isJobSetAside.js";
import type { DataModel } from "../runtime.js";
import type { Phase } from "./phases.js";

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
  const looked = await db.query("migrationJobs").withIndex("by_created").take(mostJobs);
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

/** Was a job of this part set aside? One index range over the document's own jobs. */
export async function isSetAside(db: AnyReader, transform: Transform, documentId: string): Promise<boolean> {
  const jobs = await documentsBy(db, "migrationJobs", "by_document", [
    ["table", transform.table],
    ["documentId", documentId],
  ]);
  return jobs.some((job) => job.kind === transform.part && isJobSetAside({ attempts: Number(job.attempts) }));
}
