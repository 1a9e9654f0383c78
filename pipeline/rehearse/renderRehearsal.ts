import type { Paint } from "../terminal/paint.js";
import { printable, printableWithin } from "../terminal/printable.js";
import { formatBytes, formatCount, formatSeconds } from "../terminal/quantities.js";
import { renderTable } from "../terminal/table.js";
import type { PlayedStep, RehearsalReport } from "./rehearsalReport.js";
import type { Figure } from "./step.js";

/** How a rehearsal went, for a person: steps, what was checked, what was measured, the verdict last. */
export function renderRehearsal(report: RehearsalReport, paint: Paint): string {
  const { snapshot, seed, users, traffic, faults, deployment } = report;
  const name = printableWithin(snapshot.name, 60);
  const how = `seed ${seed}, ${users} users, traffic ${traffic}, faults ${faults}, ${deployment} deployment`;
  const tables = [stepTable, checkTable, figureTable, actionTable].map((table) => table(report, paint));
  return `${[`${paint("bold", name)}: ${how}`, ...tables, verdict(report, paint)].join("\n\n")}\n`;
}

const colors = { passed: "green", failed: "red", skipped: "dim", notRun: "dim" } as const;

function stepTable({ steps }: RehearsalReport, paint: Paint): string {
  return renderTable(
    [{ head: "step" }, { head: "what it does", wrapAt: 60 }, { head: "status" }, { head: "time", align: "right" }],
    steps.map(({ name, title, status, seconds, reason }) => [
      name,
      reason === null ? title : `${title}: ${printable(reason)}`,
      paint(colors[status], status === "notRun" ? "not run" : status),
      status === "passed" || status === "failed" ? formatSeconds(seconds) : "",
    ]),
    paint,
  );
}

function checkTable({ steps }: RehearsalReport, paint: Paint): string {
  const rows = steps.flatMap(({ name, checks }) => checks.map((check) => ({ step: name, ...check })));
  const table = renderTable(
    [
      ...[{ head: "checked", wrapAt: 60 }, { head: "at" }],
      ...[
        { head: "looked at", align: "right" as const },
        { head: "wrong", align: "right" as const },
      ],
    ],
    rows.map(({ step, name, looked, failed }) => [
      name,
      step,
      formatCount(looked),
      paint(failed > 0 ? "red" : "green", formatCount(failed)),
    ]),
    paint,
  );
  const findings = rows.flatMap((row) => row.findings.map((found) => `  ${row.step}: ${printableWithin(found, 110)}`));
  return [table, ...findings].join("\n");
}

function figureTable({ steps, seconds, peakBytes }: RehearsalReport, paint: Paint): string {
  const whole: readonly Figure[] = [
    { name: "seconds, all steps", value: seconds, unit: "seconds", timed: true },
    { name: "peak memory of deployment and users", value: peakBytes, unit: "bytes", timed: true },
  ];
  const rows = steps.flatMap((step: PlayedStep) =>
    step.figures.filter(({ isDetail }) => isDetail !== true).map((figure) => [step.name, figure] as const),
  );
  return renderTable(
    [{ head: "measured", wrapAt: 66 }, { head: "at" }, { head: "", align: "right" }, { head: "" }],
    [...rows, ...whole.map((figure) => ["", figure] as const)].map(([step, figure]) => [
      printableWithin(figure.name, 66),
      step,
      formatFigure(figure),
      figure.timed ? paint("dim", "by time") : "",
    ]),
    paint,
  );
}

/** A figure's value in its unit. */
export function formatFigure({ value, unit }: Pick<Figure, "value" | "unit">): string {
  switch (unit) {
    case "bytes":
      return formatBytes(Math.round(value));
    case "seconds":
      return formatSeconds(value);
    case "share":
      return `${(value * 100).toFixed(1)} %`;
    case "perSecond":
      return `${formatCount(Math.round(value))} a second`;
    default:
      return formatCount(Math.round(value * 1000) / 1000);
  }
}

function actionTable({ actions }: RehearsalReport, paint: Paint): string {
  const count = (head: string) => ({ head, align: "right" as const });
  return renderTable(
    [{ head: "users", wrapAt: 66 }, count("done"), count("refused, as it has to be"), count("failed")],
    actions.map(({ action, done, refused, failed }) => [action, ...[done, refused, failed].map(formatCount)]),
    paint,
  );
}

function verdict({ verdict: passed, failure, steps, seconds }: RehearsalReport, paint: Paint): string {
  const looked = steps.flatMap(({ checks }) => checks);
  if (failure === null)
    return `${paint("green", passed)}: ${looked.length} checks hold, after ${formatSeconds(seconds)}. Next: the same against a deployment of yours, \`unnest rehearse <snapshot> --url <url>\`.`;
  return `${paint("red", passed)} at ${failure.step}: ${printable(failure.message)}\n  what to do: ${printable(failure.remedy)}`;
}
