import type { UnnestError } from "../errors.js";
import type { Forecast } from "./forecast.js";
import type { ImportReport, PhaseReport, Reality } from "./importReport.js";
import type { InvalidItem } from "./listInvalidItems.js";
import type { ImportPlan, PlanOf } from "./planImport.js";
import type { Sender } from "./sender.js";

/** What an import came to. */
export interface Ended {
  readonly of: PlanOf;
  readonly deployment: ImportReport["deployment"];
  readonly plan: ImportPlan;
  readonly phases: readonly PhaseReport[];
  /** Bytes a second; null for any number. */
  readonly writeBudget: number | null;
  readonly expected: Forecast;
  /** Null in a dry run. */
  readonly sent: { readonly sender: Sender; readonly seconds: number } | null;
  readonly invalid: readonly InvalidItem[];
  readonly failure: UnnestError | null;
}

/** The report of an import, or of a dry run. */
export function buildImportReport(ended: Ended): ImportReport {
  const { of, deployment, plan, phases, writeBudget, expected, sent, invalid, failure } = ended;
  return {
    of,
    isDryRun: sent === null,
    deployment,
    snapshot: plan.snapshot,
    phases,
    partsLeftOut: plan.leftOut,
    writeBudget,
    forecast: expected,
    reality: sent === null ? null : realityOf(sent.sender, sent.seconds, writeBudget),
    invalid,
    failure: failure?.code ?? null,
  };
}

function realityOf({ tally, leastConcurrency }: Sender, seconds: number, writeBudget: number | null): Reality {
  const { calls, retries, splits, items, rows, argumentBytes, writeBytes, outcomes } = tally;
  const { touches, superseded, failed } = tally;
  return {
    seconds,
    calls,
    retries,
    splits,
    leastConcurrency,
    batches: tally.done,
    items,
    rows,
    argumentBytes,
    writeBytes,
    budgetUsed: writeBudget === null || seconds === 0 ? null : writeBytes / (writeBudget * seconds),
    outcomes: outcomes as Readonly<Record<string, number>>,
    touches,
    superseded,
    failed,
  };
}
