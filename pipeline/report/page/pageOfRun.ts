import type { Database } from "../../db/database.js";
import { dictionary } from "../../model/dictionary.js";
import type { Model } from "../../model/types.js";
import { openCharts } from "../../page/charts.js";
import { readLedgerValues } from "../readLedgerValues.js";
import type { Report } from "../report.js";
import { renderReportPage } from "./renderReportPage.js";

/**
 * The text of `report.html`.
 *
 * @param values whether it shows values of documents: some of the ledger's entries, whole
 */
export async function pageOfRun(database: Database, model: Model, report: Report, values: boolean): Promise<string> {
  const draw = await openCharts();
  return renderReportPage({
    report,
    draw,
    dictionary: dictionary(model),
    ledgerValues: values ? await readLedgerValues(database) : null,
  });
}
