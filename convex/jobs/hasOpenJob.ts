import type { Transform } from "../../transforms/defineTransform.js";
import { type AnyReader, rangeBy } from "../documents.js";

/**
 * Waits a part for a job, one that was set aside included? Its rows may be behind then, and reads answer it from its old field. One
 * index range over the document's own jobs, which are few.
 */
export async function hasOpenJob(
  db: AnyReader,
  transform: Pick<Transform, "part" | "table">,
  documentId: string,
): Promise<boolean> {
  const jobs = rangeBy(db, "migrationJobs", "by_document", [
    ["table", transform.table],
    ["documentId", documentId],
  ]);
  for await (const { kind } of jobs) if (kind === transform.part) return true;
  return false;
}
