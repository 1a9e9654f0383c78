import type { StageRecord } from "../run/record.js";

/** `report.json`: what a run found and made, for people's scripts and for the summary on the terminal. */
export interface Report {
  readonly snapshot: ReportSnapshot;
  /** Every stage, those that did not run too. The report's own entry is measured up to the writing of this file. */
  readonly stages: readonly StageRecord[];
  /** Of each kind of element: source = rows + merged + rejected + kept; `derived` are rows no single element stands for. */
  readonly accounting: readonly AccountingLine[];
  /** Documents that a deploy with the schema would refuse, by table and reason. They are mapped all the same. */
  readonly misfits: readonly MisfitLine[];
  /** Rows which the snapshot's new tables held already, because dual-write was on: by table, only those that had some. */
  readonly existing: readonly ExistingLine[];
  /** Ledger entries by code. */
  readonly ledger: Readonly<Record<string, number>>;
  /** The same by table, with ids. */
  readonly ledgerLines: readonly LedgerLine[];
  readonly checks: readonly CheckLine[];
  readonly figures: readonly Figure[];
  /** Bytes of JSON, as lines of an export. */
  readonly sizes: {
    readonly tables: readonly TableSize[];
    readonly phases: readonly PhaseSize[];
  };
}

export interface ReportSnapshot {
  readonly name: string;
  readonly sha256: string;
  readonly tables: number;
  readonly rows: number;
  /** Of the archive itself. */
  readonly bytes: number;
}

export interface AccountingLine {
  readonly phase: string;
  readonly element: string;
  readonly source: number;
  readonly rows: number;
  readonly merged: number;
  readonly rejected: number;
  readonly kept: number;
  readonly derived: number;
}

export interface MisfitLine {
  readonly table: string;
  readonly reason: string;
  /** Which schemas refuse them: the old one and the transitional, or the old alone. */
  readonly schemas: "both" | "old";
  readonly documents: number;
  /** Ids of the first of them. */
  readonly sample: readonly string[];
}

export interface ExistingLine {
  readonly table: string;
  /** Left out of the package. */
  readonly equal: number;
  /** Rows of a key the mapping gives too, with other values; a resync makes them equal. */
  readonly different: number;
  /** Rows the mapping does not give. */
  readonly unmatched: number;
}

export interface LedgerLine {
  readonly phase: string;
  readonly code: string;
  readonly kind: string;
  readonly table: string;
  readonly entries: number;
  /** That have one or more of them. */
  readonly documents: number;
  /** Ids of the first of these, by id. */
  readonly sample: readonly string[];
}

export interface CheckLine {
  readonly name: string;
  /** What must hold, and what the operator does about an offender. */
  readonly rule: string;
  readonly remedy: string;
  /** `listed`: it found something about the source which fails a run only under `--strict`. `notApplicable`: there was nothing to look at. */
  readonly status: "passed" | "failed" | "listed" | "notApplicable";
  /** Rows, documents or values it looked at. */
  readonly covered: number;
  readonly violations: number;
  /** Some of the offending rows. */
  readonly sample: readonly Offender[];
}

export interface Offender {
  readonly table: string;
  readonly _id: string;
  readonly detail: string;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the migration guide wants, where it says so, and whether it is reached. */
  readonly goal?: string;
  readonly met?: boolean;
}

export interface TableSize {
  readonly table: string;
  /** Whether the migration makes it. */
  readonly isNew: boolean;
  readonly rows: number;
  readonly before: number;
  /** Of the application's documents: without the fields that are moved out. */
  readonly after: number;
}

export interface PhaseSize {
  readonly phase: string;
  /** Bytes of the fields it moves out of their documents. */
  readonly moved: number;
  /** Rows it makes, and their bytes. */
  readonly rows: number;
  readonly made: number;
}
