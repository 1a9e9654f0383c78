import type { Outcome } from "./answers.js";

/** A batch that was given up. */
export interface FailedBatch {
  readonly phase: string;
  readonly batchId: string;
  readonly kind: string;
  readonly items: number;
  readonly code: string;
  /** One of its documents, where it has any. */
  readonly document: { readonly table: string; readonly documentId: string } | null;
}

/** What an import has done since it was started. */
export class Tally {
  calls = 0;
  retries = 0;
  splits = 0;
  /** Batches with an answer. */
  done = 0;
  items = 0;
  /** Rows of items that were inserted as they were sent. */
  rows = 0;
  argumentBytes = 0;
  writeBytes = 0;
  /** Touches that corrections appended. */
  touches = 0;
  /** Correction batches for which a newer snapshot has what is left. */
  superseded = 0;
  readonly outcomes: Partial<Record<Outcome, number>> = {};
  readonly failed: FailedBatch[] = [];

  count(outcome: Outcome): void {
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
  }
}
