import type { SqlRow } from "../db/database.js";

/** A document's way through a run, as far as there is one: archive → rows and ledger → batches and answers → checks. */
export interface Trace {
  readonly id: string;
  readonly tableNumber: number;
  /** Null when no table of the snapshot or the model has that number. */
  readonly table: string | null;
  readonly role: "existing" | "normalized" | "state" | "not in the model";
  /** Where the snapshot holds it; null for a row the run has made. */
  readonly source: SourceLine | null;
  /** Why a deploy with the schema would refuse the document; empty for one that fits. */
  readonly misfits: readonly string[];
  /** Documents that the row's references point at; only for a normalized row. */
  readonly origins: readonly { readonly column: string; readonly id: string; readonly source: SourceLine }[];
  /** Normalized rows that are it or point at it, by table and column. */
  readonly rows: readonly TraceRows[];
  readonly ledger: { readonly count: number; readonly entries: readonly SqlRow[] };
  /** What an import sent of it, and of the documents it came from. */
  readonly batches: readonly TraceBatch[];
  /** Checks that name it among their offenders. */
  readonly checks: readonly { readonly name: string; readonly status: string; readonly detail: string }[];
}

export interface SourceLine {
  readonly table: string;
  /** The table's file inside the export, below its prefix folder. */
  readonly entry: string;
  /** 1-based. */
  readonly line: number;
}

export interface TraceRows {
  readonly table: string;
  /** `_id`, or the column that holds the id. */
  readonly column: string;
  readonly count: number;
  /** The first of them. */
  readonly rows: readonly SqlRow[];
}

/** A part's way into the deployment. */
export interface TraceBatch {
  readonly batchId: string;
  readonly phase: string;
  readonly part: string;
  /** `planned`, `sent`, `done`, `failed`. */
  readonly state: string;
  readonly attempts: number;
  /** What the deployment answered about the part; null while there is no answer. */
  readonly outcome: string | null;
  /** Why it was not written, or the batch not answered, as a code. */
  readonly reason: string | null;
}
