import type { Transform } from "../../transforms/defineTransform.js";
import { type AnyReader, rangeBy } from "../documents.js";
import { isJobSetAside } from "./isJobSetAside.js";

type PartNames = Pick<Transform, "part" | "table">;

/**
 * Does a part wait for a job, one that was set aside included? Its rows may be behind then, and reads answer it from its old field. One
 * index range over the document's own jobs, which are few.
 */
export async function hasOpenJob(db: AnyReader, transform: PartNames, documentId: string): Promise<boolean> {
  for await (const _ of jobsOfPart(db, transform, documentId)) return true;
  return false;
}

/** Was a job of this part set aside? The same range. */
export async function hasJobSetAside(db: AnyReader, transform: PartNames, documentId: string): Promise<boolean> {
  for await (const { attempts } of jobsOfPart(db, transform, documentId)) {
    if (isJobSetAside({ attempts: Number(attempts) })) return true;
  }
  return false;
}

async function* jobsOfPart(db: AnyReader, { table, part }: PartNames, documentId: string) {
  const jobs = rangeBy(db, "unnestJobs", "by_document", [
    ["table", table],
    ["documentId", documentId],
  ]);
  for await (const job of jobs) if (job.kind === part) yield job;
}
