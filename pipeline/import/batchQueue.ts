import type { Batch } from "./batch.js";

/**
 * What is still to be sent. Batches go in their order, slices before what comes after their origin; corrections of a phase one after
 * another, when nothing else is left to begin, since each counts itself in one document.
 */
export class BatchQueue {
  private readonly front: Batch[] = [];
  private readonly back: Batch[] = [];
  private readonly rest: readonly Batch[];
  private at = 0;
  private readonly lanes = new Map<string, Batch[]>();
  private readonly busy = new Set<string>();
  private readonly closed = new Set<string>();

  constructor(batches: readonly Batch[]) {
    this.rest = batches.filter(({ kind }) => kind !== "corrections");
    for (const batch of batches) {
      if (batch.kind !== "corrections") continue;
      const lane = this.lanes.get(batch.phase);
      if (lane === undefined) this.lanes.set(batch.phase, [batch]);
      else lane.push(batch);
    }
  }

  /** The next batch that may begin; null while there is none, or none any more. */
  take(): Batch | null {
    for (;;) {
      const batch = this.front.shift() ?? this.rest[this.at++] ?? this.back.shift();
      if (batch === undefined) break;
      if (!this.closed.has(batch.phase)) return batch;
    }
    for (const [phase, lane] of this.lanes) {
      if (this.busy.has(phase) || this.closed.has(phase)) continue;
      const batch = lane.shift();
      if (batch === undefined) continue;
      this.busy.add(phase);
      return batch;
    }
    return null;
  }

  /** A batch that was taken is through, whatever came of it. */
  ended({ kind, phase }: Batch): void {
    if (kind === "corrections") this.busy.delete(phase);
  }

  /** Slices of a batch that was taken. */
  putFirst(slices: readonly Batch[]): void {
    this.front.unshift(...slices);
  }

  /** Batches that were taken, or slices of them, to be tried when everything else of their kind was. */
  putLast(batches: readonly Batch[]): void {
    for (const batch of batches) (batch.kind === "corrections" ? this.lanes.get(batch.phase) : this.back)?.push(batch);
  }

  /** Nothing more of this phase. */
  close(phase: string): void {
    this.closed.add(phase);
  }
}
