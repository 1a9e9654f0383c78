import type { DrawChart } from "../../page/charts.js";
import { dataTable } from "../../page/dataTable.js";
import { type Section, state } from "../../page/renderPage.js";
import { formatSeconds } from "../../terminal/quantities.js";
import type { PlayedStep, RehearsalReport } from "../rehearsalReport.js";

const states = {
  passed: state("good", "passed"),
  failed: state("bad", "failed"),
  skipped: state("warn", "left out"),
  notRun: state("plain", "not run"),
};

const ran = ({ status }: PlayedStep): boolean => status === "passed" || status === "failed";

/** The steps, one after another. */
export function timelineSection({ steps }: RehearsalReport, draw: DrawChart): Section {
  const played = steps.filter(ran);
  const began = played.map((_, index) => played.slice(0, index).reduce((sum, { seconds }) => sum + seconds, 0));
  const secondsOf = (status: PlayedStep["status"]): number[] =>
    played.map((step) => (step.status === status ? step.seconds : 0));
  const table = dataTable(
    "The steps",
    [{ head: "step" }, { head: "what it does", kind: "wide" }, { head: "" }, { head: "time", kind: "number" }],
    steps.map((step) => [
      step.name,
      step.reason === null ? step.title : `${step.title}: ${step.reason}`,
      states[step.status],
      ran(step) ? formatSeconds(step.seconds) : "",
    ]),
  );
  return {
    id: "timeline",
    title: "Timeline",
    body: [
      draw({
        id: "steps",
        title: "The steps, from the start",
        categories: played.map(({ name, seconds }) => `${name}, ${formatSeconds(seconds)}`),
        series: [
          { name: "before", color: null, values: began },
          { name: "passed", color: "after", values: secondsOf("passed") },
          { name: "failed", color: "rejected", values: secondsOf("failed") },
        ],
        format: formatSeconds,
        stacked: true,
        table,
      }),
      table,
    ],
  };
}
