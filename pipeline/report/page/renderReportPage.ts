import type { DictionaryTable } from "../../model/dictionary.js";
import type { DrawChart } from "../../page/charts.js";
import { html } from "../../page/html.js";
import { renderPage } from "../../page/renderPage.js";
import type { LedgerValue } from "../readLedgerValues.js";
import type { Report } from "../report.js";
import { checksSection } from "./checksSection.js";
import { flowSection } from "./flowSection.js";
import { goalsSection } from "./goalsSection.js";
import { ledgerSection } from "./ledgerSection.js";
import { modelSection } from "./modelSection.js";
import { sizeSection } from "./sizeSection.js";
import { stagesSection } from "./stagesSection.js";
import { verdictOf } from "./verdictOf.js";

export interface ReportPage {
  readonly report: Report;
  readonly dictionary: readonly DictionaryTable[];
  /** Entries with their values; null for a page without personal data. */
  readonly ledgerValues: readonly LedgerValue[] | null;
  readonly draw: DrawChart;
}

/** `report.html`: the same report always gives the same bytes. */
export function renderReportPage({ report, dictionary, ledgerValues, draw }: ReportPage): string {
  const { snapshot } = report;
  return renderPage({
    title: `Migration of ${nameOf(snapshot.name)}`,
    about: html`Snapshot sha256 <span class="id">${snapshot.sha256}</span>. ${
      ledgerValues === null
        ? "Counts and ids only: no value of a document is on this page."
        : html`<strong>This page shows values of documents: keep it as you keep the data.</strong>`
    }`,
    verdict: verdictOf(report),
    sections: [
      flowSection(report, draw),
      sizeSection(report, draw),
      goalsSection(report),
      checksSection(report),
      ledgerSection(report, ledgerValues),
      modelSection(dictionary, report),
      stagesSection(report, draw),
    ],
  });
}

/** The last part of a path; the machine's folders are nobody's business. */
function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
