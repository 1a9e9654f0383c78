import type { DrawChart } from "../../page/charts.js";
import { html, prose } from "../../page/html.js";
import { renderPage, type Section, type Verdict } from "../../page/renderPage.js";
import { formatBytes, formatCount, formatSeconds } from "../../terminal/quantities.js";
import type { RehearsalReport } from "../rehearsalReport.js";
import { checkedSection } from "./checkedSection.js";
import { driftSection } from "./driftSection.js";
import { importSection } from "./importSection.js";
import { measuredSection } from "./measuredSection.js";
import { timelineSection } from "./timelineSection.js";
import { usersSection } from "./usersSection.js";

/** `rehearsal.html`: the same rehearsal always gives the same bytes. */
export function renderRehearsalPage(rehearsed: RehearsalReport, draw: DrawChart): string {
  const { snapshot, seed, users, traffic, faults, deployment, peakBytes } = rehearsed;
  const sections: (Section | null)[] = [
    timelineSection(rehearsed, draw),
    importSection(rehearsed, draw),
    driftSection(rehearsed, draw),
    checkedSection(rehearsed),
    usersSection(rehearsed),
    measuredSection(rehearsed),
  ];
  return renderPage({
    title: `Rehearsal of ${snapshot.name}`,
    about: html`Seed ${seed}, ${users} users, traffic ${traffic}, faults ${faults}, ${deployment} deployment; at most ${formatBytes(peakBytes)} of memory for deployment and users. Snapshot sha256 <span class="id">${snapshot.sha256}</span>. Ids and names only: no value of a document is on this page.`,
    verdict: verdictOf(rehearsed),
    sections: sections.filter((section) => section !== null),
  });
}

function verdictOf({ failure, steps, seconds }: RehearsalReport): Verdict {
  if (failure !== null) {
    return {
      mood: "bad",
      sentence: `The rehearsal failed at ${failure.step}`,
      because: html`${prose(failure.message)}<br>What to do: ${prose(failure.remedy)}`,
    };
  }
  const checks = steps.flatMap((step) => step.checks);
  const skipped = steps.filter(({ status }) => status === "skipped");
  return {
    mood: skipped.length === 0 ? "good" : "warn",
    sentence: `The whole migration went through: ${formatCount(checks.length)} checks hold, after ${formatSeconds(seconds)}`,
    because:
      skipped.length === 0
        ? "Every step ran, the ways back too."
        : `Left out, so not proved: ${skipped.map(({ name }) => name).join(", ")}.`,
  };
}
