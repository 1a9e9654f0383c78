import { bytesStep, type DrawChart } from "../../page/charts.js";
import { dataTable } from "../../page/dataTable.js";
import { type Section, state } from "../../page/renderPage.js";
import { formatBytes, formatCount, formatSeconds } from "../../terminal/quantities.js";
import type { Report } from "../report.js";

const states = { done: state("good", "done"), failed: state("bad", "failed"), notRun: state("plain", "not run") };

/** What the stages took. */
export function stagesSection({ stages }: Report, draw: DrawChart): Section {
  const ran = stages.filter(({ status }) => status !== "notRun");
  const categories = ran.map(({ name }) => name);
  return {
    id: "stages",
    title: "Stages: time and memory",
    body: [
      draw({
        id: "stage-times",
        title: "Time",
        categories,
        series: [{ name: "time", color: "after", values: ran.map(({ seconds }) => seconds) }],
        format: formatSeconds,
      }),
      draw({
        id: "stage-memory",
        title: "Greatest memory while the stage ran",
        categories,
        series: [{ name: "memory", color: "before", values: ran.map(({ peakBytes }) => peakBytes) }],
        format: formatBytes,
        step: bytesStep,
      }),
      dataTable(
        "The stages",
        [
          ...[{ head: "stage" }, { head: "" }],
          ...["rows", "bytes", "time", "peak memory"].map((head) => ({ head, kind: "number" as const })),
        ],
        stages.map(({ name, status, rows, bytes, seconds, peakBytes, error }) => [
          name,
          [states[status], error === undefined ? null : ` ${error}`],
          ...(status === "notRun"
            ? ["", "", "", ""]
            : [formatCount(rows), formatBytes(bytes), formatSeconds(seconds), formatBytes(peakBytes)]),
        ]),
      ),
    ],
  };
}
