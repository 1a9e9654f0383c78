import { html } from "../../page/html.js";
import type { Verdict } from "../../page/renderPage.js";
import { formatCount } from "../../terminal/quantities.js";
import type { Report } from "../report.js";

/** What a run comes to, in a sentence. */
export function verdictOf({ checks, accounting, ledgerLines, setAside, figures }: Report): Verdict {
  const failed = checks.filter(({ status }) => status === "failed");
  const listed = checks.filter(({ status }) => status === "listed");
  const rows = accounting.reduce((sum, line) => sum + line.rows + line.derived, 0);
  const rejected = ledgerLines.reduce((sum, { kind, entries }) => sum + (kind === "rejected" ? entries : 0), 0);
  const aside = setAside.reduce((sum, { documents }) => sum + documents, 0);
  const missed = figures.filter(({ met }) => met === false);
  if (checks.length === 0) {
    return {
      mood: "bad",
      sentence: "Nothing is proved: the checks did not run",
      because: html`Run the same command again; it goes on where it stopped.`,
    };
  }
  if (failed.length > 0) {
    return {
      mood: "bad",
      sentence: `Not fit to be imported: ${formatCount(failed.length)} of ${formatCount(checks.length)} checks failed`,
      because: html`Nothing was packaged. <a href="#checks">What they found</a>, with what to do about it, stands below.`,
    };
  }
  return {
    mood: missed.length > 0 || listed.length > 0 ? "warn" : "good",
    sentence: `Ready to import: ${formatCount(rows)} rows, and all ${formatCount(checks.length)} checks hold`,
    because: html`${
      listed.length === 0
        ? "The checks found nothing."
        : html`<a href="#checks">${formatCount(listed.length)} of them list findings</a> about the snapshot itself.`
    } ${rejected === 0 ? "No element was rejected" : html`<a href="#ledger">${formatCount(rejected)} elements were rejected</a> and are held in the ledger`}${
      aside === 0 ? "." : `; ${formatCount(aside)} documents do not fit the old schema.`
    }${
      missed.length === 0
        ? null
        : html` <a href="#goals">${formatCount(missed.length)} ${missed.length === 1 ? "goal" : "goals"} of the guide</a> ${missed.length === 1 ? "is" : "are"} not met.`
    } Nothing has been sent anywhere.`,
  };
}
