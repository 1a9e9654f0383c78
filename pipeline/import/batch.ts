/**
 * What the importer plans and sends.
 *
 * Vocabulary: a *batch* is what one call carries; an *item* of it is a part, a name, a patch or a correction, and it is never divided; a
 * batch's *line* holds what it sends, in `batches.tsv`; a *slice* is a batch made of some items of a planned one, when that was
 * too much or was closed early by the deployment. A slice has no line of its own: it is its origin's, from one item to another.
 */

/** `parts` go to `importParts`, `names` to `resync`, `patches` to `applyPatches`, `corrections` to `importCorrections`. */
export type BatchKind = "parts" | "names" | "patches" | "corrections";

/**
 * `planned`: not sent, or not known to be; `sent`: without an answer so far; `done`: its answer is stored; `failed`: given up, see
 * `failure`; `split`: its slices stand for it.
 */
export type BatchState = "planned" | "sent" | "done" | "failed" | "split";

/** What an item takes; sums of it are a batch's. */
export interface ItemCost {
  /** Rows it brings; 0 for a name, whose rows the deployment maps. */
  readonly rows: number;
  readonly argumentBytes: number;
  readonly bytesRead: number;
  /** Documents, in Convex's count. */
  readonly bytesWritten: number;
  /** Log and index entries of those documents. */
  readonly writeBytes: number;
}

export const costFields = ["rows", "argumentBytes", "bytesRead", "bytesWritten", "writeBytes"] as const;

/** A batch as the run's database has it, without what it sends. */
export interface Batch extends ItemCost {
  /** Unique in the plan; batches of a phase are sent in this order. */
  readonly number: number;
  /** Follows from what it holds, its snapshot, phase and epoch: a plan made again has the same. */
  readonly batchId: string;
  /** `phase-1` … */
  readonly phase: string;
  readonly epoch: number;
  readonly kind: BatchKind;
  /** The number of the planned batch whose line it is made of; its own, for a planned one. */
  readonly origin: number;
  /** Its items, counted in that line from 0. */
  readonly first: number;
  readonly items: number;
  /** Where the line is in `batches.tsv`. */
  readonly lineOffset: number;
  readonly lineBytes: number;
  readonly attempts: number;
}

/** The sum of some costs. */
export function addCosts(costs: Iterable<ItemCost>): ItemCost {
  const sum = { rows: 0, argumentBytes: 0, bytesRead: 0, bytesWritten: 0, writeBytes: 0 };
  for (const cost of costs) for (const field of costFields) sum[field] += cost[field];
  return sum;
}
