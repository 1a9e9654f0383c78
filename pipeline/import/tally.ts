import type { Outcome } from "./answers.js";

/** An item, or an entity, that the deployment could not take. Ids and names only. */
export interface InvalidItem {
  readonly phase: string;
  readonly batchId: string;
  /** Of the document; null for an entity. */
  readonly document: { readonly table: string; readonly documentId: string } | null;
  readonly code: string;
  /** The row's table and column that do not fit. */
  readonly table: string;
  readonly column: string | null;
}

/** A batch that was given up. */
export interface FailedBatch {
  readonly phase: string;
  readonly batchId: string;
  readonly kind: string;
  readonly items: number;
  readonly code: string;
  /** One of its documents, where it has any. */
  readonly document: InvalidItem["document"];
}

/** Invalid items that are listed one by one; all are counted. */
const listed = 1000;

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
  invalidItems = 0;
  readonly invalid: InvalidItem[] = [];
  readonly failed: FailedBatch[] = [];

  count(outcome: Outcome): void {
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
  }

  addInvalid(item: InvalidItem): void {
    this.invalidItems += 1;
    if (this.invalid.length < listed) this.invalid.push(item);
  }
}
