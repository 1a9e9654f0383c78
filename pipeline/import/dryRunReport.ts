import type { Database } from "../db/database.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import { buildImportReport } from "./buildImportReport.js";
import { noMarks, phaseReport } from "./concludeImport.js";
import { forecast } from "./forecast.js";
import type { ImportReport } from "./importReport.js";
import { listInvalidItems } from "./listInvalidItems.js";
import type { ImportPlan, PlanOf } from "./planImport.js";
import { openBatches } from "./planTables.js";
import type { PhasePlan } from "./sendablePhases.js";

export interface DryRun {
  readonly database: Database;
  readonly of: PlanOf;
  readonly plan: ImportPlan;
  readonly phases: readonly PhasePlan[];
  readonly writeBudget: number | null;
  /** Null where no deployment was asked. */
  readonly remote: RemoteDeployment | null;
}

/** What an import would send now, and what that would take. */
export async function dryRunReport(dryRun: DryRun): Promise<ImportReport> {
  const { database, of, plan, phases, writeBudget, remote } = dryRun;
  const sent = new Set(phases.filter(({ leftOut }) => leftOut === null).map(({ phase }) => phase));
  const open = (await openBatches(database)).filter(({ phase }) => sent.has(phase));
  const reports = [];
  for (const phase of phases) reports.push(await phaseReport(database, phase, null, noMarks));
  return buildImportReport({
    ...{ of, plan, writeBudget, phases: reports, sent: null, failure: null },
    deployment: remote === null ? null : { name: remote.name, url: remote.url },
    invalid: await listInvalidItems(database),
    expected: forecast(open, writeBudget),
  });
}
