/** The end of a mutation: what waited for it is done as far as it fits, and the rest is left to jobs. */
import { convexSize } from "../../transforms/convexSize.js";
import { type Backlog, driftMark } from "./backlog.js";
import { inTurn } from "./inTurn.js";
import { type JobRequest, jobRow } from "./queueJob.js";
import type { Sync } from "./sync.js";

/** Of an array that Convex stores; ids of so many are a quarter of a document. */
const maxDocumentIds = 8_000;

/** What is left free: the mutation's own result, and estimates that were short. */
const slack = { documents: 4, bytes: 4_096 };

/**
 * Works off a mutation's backlog; nothing without one. To be called after the last write, when all that was begun has ended. Never throws: what
 * does not fit any more is drift, and a mark says so.
 */
export async function settle(sync: Sync): Promise<void> {
  const { backlog } = sync;
  if (backlog === null) return;
  await inTurn(sync, async () => await settleNow(sync, backlog)).catch(() => undefined);
}

async function settleNow(sync: Sync, backlog: Backlog): Promise<void> {
  backlog.startSettling();
  for (const phase of await sync.touches.flush(async (bytes) => await fits(sync, 1, bytes))) backlog.leave(phase);
  for (const [name, { attempt }] of backlog.waiting()) {
    if (!(await sync.budget.hasRoom())) break;
    if (attempt !== null && (await attempt())) backlog.done(name);
  }
  for (const group of groupsOf(backlog.left())) {
    const [request, ...others] = group;
    if (request === undefined) continue;
    const ids = others.length === 0 ? undefined : group.map(({ documentId }) => documentId);
    const row = jobRow(sync, request, ids);
    if (await fits(sync, 1, convexSize(row))) await sync.db.insert("unnestJobs", row);
    else backlog.leave(request.phase);
  }
  await mark(sync, backlog);
}

/** Requests of one kind of work, so many as one job holds. */
function groupsOf(requests: readonly JobRequest[]): JobRequest[][] {
  const groups: JobRequest[][] = [];
  const open = new Map<string, JobRequest[]>();
  for (const request of requests) {
    const name = `${request.phase} ${request.kind} ${request.table}`;
    let group = open.get(name);
    if (group === undefined || group.length === maxDocumentIds) {
      group = [];
      groups.push(group);
      open.set(name, group);
    }
    group.push(request);
  }
  return groups;
}

/** A mark stays for each phase of which something was left; the others that were made early go. */
async function mark(sync: Sync, { marks, unfollowed }: Backlog): Promise<void> {
  for (const [phase, id] of marks) {
    if (!unfollowed.has(phase) && (await fits(sync, 1, 0))) await sync.db.delete(id);
  }
  for (const phase of unfollowed) {
    if (!marks.has(phase) && (await fits(sync, 1, 0))) await sync.db.insert("unnestJobs", driftMark(phase));
  }
}

/** Is there still room in the transaction for so many writes, each of which may read one document of its size? */
async function fits({ budget }: Sync, documents: number, bytes: number): Promise<boolean> {
  return await budget.remains({
    documentsWritten: documents + slack.documents,
    documentsRead: documents + slack.documents,
    databaseQueries: documents,
    bytesWritten: bytes + slack.bytes,
    bytesRead: bytes + slack.bytes,
  });
}
