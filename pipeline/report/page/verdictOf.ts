import { html } from "../../page/html.js";
import type { Verdict } from "../../page/renderPage.js";
import { formatCount } from "../../terminal/quantities.js";
import type { Report } from "../report.js";

/** What a run comes to, in a sentence. */
export function verdictOf({ checks, accounting, ledgerLines, figures }: Report): Verdict {
  const failed = checks.filter(({ status }) => status === "failed");
  const listed = checks.filter(({ status }) => status === "listed");
  const passed = checks.filter(({ status }) => status === "passed");
  const idle = checks.filter(({ status }) => status === "notApplicable");
  const rows = accounting.reduce((sum, line) => sum + line.rows + line.derived, 0);
  const rejected = ledgerLines.reduce((sum, { kind, entries }) => sum + (kind === "rejected" ? entries : 0), 0);
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
  const remarks = [
    ...(rejected === 0
      ? []
      : [html`<a href="#ledger">${counted(rejected, "element")} rejected</a>, held in the ledger`]),
    ...(listed.length === 0
      ? []
      : [html`<a href="#checks">${counted(listed.length, "check")} with findings</a> about the snapshot itself`]),
    ...(missed.length === 0 ? [] : [html`<a href="#goals">${counted(missed.length, "goal")} of the guide not met</a>`]),
  ];
  const notApplicable = idle.length === 0 ? "" : `, ${formatCount(idle.length)} not applicable`;
  const proof = `${counted(rows, "row")}; ${counted(passed.length, "check")} hold, none failed${notApplicable}`;
  return remarks.length === 0
    ? {
        mood: "good",
        sentence: `Ready to import: ${proof}`,
        because: "Nothing was rejected. Nothing has been sent anywhere.",
      }
    : {
        mood: "warn",
        sentence: `Fit to be imported: ${proof}`,
        because: html`Look at this first: ${remarks.map((remark, index) => [index === 0 ? "" : "; ", remark])}. Nothing has been sent anywhere.`,
      };
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? "" : "s"}`;
}
