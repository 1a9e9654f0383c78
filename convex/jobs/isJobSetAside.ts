import type { Doc } from "../documents.js";

const mostAttempts = 5;

/** Has a job been tried as often as jobs are? It stays, so that its part's reads stay with the old field, until an operator retries it. */
export function isJobSetAside({ attempts }: Pick<Doc<"unnestJobs">, "attempts">): boolean {
  return attempts >= mostAttempts;
}
