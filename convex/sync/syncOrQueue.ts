import { convexSize } from "../../transforms/convexSize.js";
import type { Fields, Transform } from "../../transforms/defineTransform.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import { isCounted } from "../touches/rowTouches.js";
import type { Cost } from "./budget.js";
import { queueJob } from "./queueJob.js";
import { defersWork, isSynced, phaseOf, type Sync } from "./sync.js";
import { type PlannedPart, planPart, writeSynced } from "./syncPart.js";

/**
 * Syncs a part inside a user's transaction, where it fits into the budget; else, and on any failure, queues a job for it. A
 * failure leaves rows and their touches in pairs, and the job makes the part whole. Does nothing where there is nothing to write.
 * Never throws, except where not even a job can be written: the transaction is at its limits then, and fails by itself.
 */
export async function syncOrQueue(sync: Sync, transform: Transform, documentId: string): Promise<void> {
  if (!isSynced(sync, transform)) return;
  const { phase, part, table } = transform;
  const request = { phase, kind: part, table, documentId };
  const attempt = async () => await syncWithinBudget(sync, transform, documentId);
  // In `cleaned` a job also moves out of the document what a write has left in it.
  const later = phaseOf(sync, transform).step === "cleaned" ? null : attempt;
  if (sync.backlog !== null && defersWork(sync)) await sync.backlog.add(request, later);
  else if (!(await attempt())) await queueJob(sync, request);
}

async function syncWithinBudget(sync: Sync, transform: Transform, documentId: string): Promise<boolean> {
  try {
    const done = await sync.budget.spend(async () => {
      const planned = await planPart(sync, transform, documentId);
      sync.budget.countMapped(sizeOfMapped(transform, planned));
      if (!(await sync.budget.fits(costOfWriting(transform, planned)))) return false;
      await writeSynced(sync, transform, planned);
      return true;
    });
    return done === true;
  } catch {
    return false;
  }
}

function sizeOfMapped({ reads }: Transform, { document }: PlannedPart): number {
  if (document === null) return 0;
  return convexSize(withoutAbsent(Object.fromEntries(reads.fields.map((field) => [field, document[field]]))));
}

/** A touch, an entity's row or a row's id and times: more than any has but for long texts, which rows count themselves. */
const smallDocument = 1_000;

/** What writing a planned part takes at most: every row there is or will be changes, with the touches of two aggregates. */
function costOfWriting({ writes }: Transform, { stored, result }: PlannedPart): Cost {
  const there = Object.values(stored).flat();
  const wanted = (result?.rows ?? []).map(({ value }) => value);
  const mentions = result?.mentions.length ?? 0;
  const rows = there.length + wanted.length;
  const touches = Object.keys(writes).some(isCounted) ? 2 * rows : 0;
  const documents = rows + touches + mentions;
  return {
    documentsRead: documents,
    documentsWritten: documents,
    databaseQueries: documents,
    bytesRead: sizeOf(there) + smallDocument * (touches + mentions),
    bytesWritten: sizeOf(wanted) + smallDocument * documents,
  };
}

function sizeOf(rows: readonly Fields[]): number {
  return rows.reduce((sum, row) => sum + convexSize(withoutAbsent(row)), 0);
}
