import type { Doc } from "../documents.js";
import { isJobSetAside } from "./isJobSetAside.js";

/** Wait after the first attempt, in ms; it doubles with each further one. */
const firstWait = 30_000;

/** Is it time for a job's next attempt? Attempts come 0, 30, 90, 210 and 450 s after its birth, or later where nobody dispatched. */
export function isJobDue(job: Pick<Doc<"unnestJobs">, "attempts" | "createdAt">, now: number): boolean {
  return !isJobSetAside(job) && now >= job.createdAt + firstWait * (2 ** job.attempts - 1);
}
