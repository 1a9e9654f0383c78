import type { Transform } from "../../transforms/defineTransform.js";
import { type AnyReader, rangeBy } from "../documents.js";
import { backlogOf } from "../sync/backlog.js";
import { isJobSetAside } from "./isJobSetAside.js";

type PartNames = Pick<Transform, "phase" | "part" | "table">;

/**
 * Does a part wait for a job, one that was quarantined included, or for the end of this very mutation? Its rows may be behind then, and
 * reads answer it from its old field. One index range over the document's own jobs, which are few; and one over jobs for many documents.
 * While there is one of those, parts of its kind wait in all documents: to look through its ids for each would cost a read more than the
 * old field does.
 */
export async function hasOpenJob(db: AnyReader, transform: PartNames, documentId: string): Promise<boolean> {
  const { phase, part } = transform;
  if (backlogOf(db)?.waitsFor({ phase, kind: part, documentId }) === true) return true;
  for await (const _ of jobsOfPart(db, transform, documentId)) return true;
  return await waitsInAll(db, transform);
}

/** Kinds of which this database has shown a job for many, by table: it is large, and one read of it is enough. */
const shown = new WeakMap<AnyReader, Set<string>>();

async function waitsInAll(db: AnyReader, { table, part }: Pick<PartNames, "table" | "part">): Promise<boolean> {
  const name = `${table} ${part}`;
  if (shown.get(db)?.has(name) === true) return true;
  const job = await jobsForMany(db, { table, part }).first();
  if (job !== null) shown.set(db, (shown.get(db) ?? new Set()).add(name));
  return job !== null;
}

function jobsForMany(db: AnyReader, { table, part }: Pick<PartNames, "table" | "part">) {
  return rangeBy(db, "unnestJobs", "by_document", [
    ["table", table],
    ["documentId", part],
  ]);
}

/** Was a job of this part set aside? The same range. */
export async function hasJobSetAside(db: AnyReader, transform: PartNames, documentId: string): Promise<boolean> {
  for await (const { attempts } of jobsOfPart(db, transform, documentId)) {
    if (isJobSetAside({ attempts: Number(attempts) })) return true;
  }
  for await (const { attempts, documentIds } of jobsForMany(db, transform)) {
    const ids = documentIds as readonly string[] | undefined;
    if (isJobSetAside({ attempts: Number(attempts) }) && ids?.includes(documentId) === true) return true;
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
