import type { Forecast } from "./forecast.js";
import type { InvalidItem } from "./listInvalidItems.js";
import type { PlanOf } from "./planImport.js";
import type { LeftOutReason } from "./sendablePhases.js";
import type { FailedBatch } from "./tally.js";

/** One phase of an import. */
export interface PhaseReport {
  readonly phase: string;
  readonly epoch: number;
  /** Why nothing of it was sent; null where it was. */
  readonly leftOut: LeftOutReason | null;
  /** What the deployment refused it for in between: `epoch_ended`, `phase_off`; else null. */
  readonly ended: string | null;
  readonly batches: number;
  readonly done: number;
  /** Of the batches that are done, those that the deployment has on record. */
  readonly recorded: number;
  readonly failed: number;
  /** Items of batches that are done which fit no schema: the deployment has no rows of them. */
  readonly invalid: number;
  /** Not done, and not given up. */
  readonly open: number;
  /** The deployment was told that the phase is filled, or free of drift. */
  readonly marked: boolean;
}

/** What an import did: `import.json`, and `--json`. Ids and names only. */
export interface ImportReport {
  readonly of: PlanOf;
  readonly isDryRun: boolean;
  /** Name and address; null for a forecast that asked no deployment. */
  readonly deployment: { readonly name: string; readonly url: string } | null;
  /** SHA-256 of the export. */
  readonly snapshot: string;
  readonly phases: readonly PhaseReport[];
  /** Parts that need not be sent: the snapshot's new tables held all their rows. */
  readonly partsLeftOut: number;
  /** Bytes of log and index entries a second that were allowed; null for any number. */
  readonly writeBudget: number | null;
  /** Of what was still to be sent when this import was started. */
  readonly forecast: Forecast;
  /** Null in a dry run. */
  readonly reality: Reality | null;
  /** Why items are invalid, also those of earlier starts; the first thousand. */
  readonly invalid: readonly InvalidItem[];
  readonly failure: string | null;
}

/** What this run of the command did. */
export interface Reality {
  readonly seconds: number;
  readonly calls: number;
  readonly retries: number;
  readonly splits: number;
  /** Least number of calls that were allowed under way at once. */
  readonly leastConcurrency: number;
  readonly batches: number;
  readonly items: number;
  /** Rows inserted as they were sent. */
  readonly rows: number;
  readonly argumentBytes: number;
  /** Log and index entries, by the plan's account, of the batches that have answered. */
  readonly writeBytes: number;
  /** Share of the write budget that was used; null without one. */
  readonly budgetUsed: number | null;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly touches: number;
  readonly superseded: number;
  readonly failed: readonly FailedBatch[];
}
