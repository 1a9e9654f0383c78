import { authorityOf, type Step } from "../../convex/schema/steps.js";
import type { Paint } from "../terminal/paint.js";
import { printable, printableWithin } from "../terminal/printable.js";
import { formatCount } from "../terminal/quantities.js";
import { renderTable } from "../terminal/table.js";
import type { DeltaReport } from "./deltaReport.js";

export interface DeltaSummaryOptions {
  readonly paint: Paint;
  /** The first run's directory as the user named it. */
  readonly directory: string;
  /** Has `import --delta` sent all of it? */
  readonly applied: boolean;
}

const right = "right" as const;

/** Ids shown of one reason; all of them stand in the database. */
const mostIds = 2;

/** What a person wants to know after a delta, at most 100 columns wide. Pure. */
export function renderDelta(report: DeltaReport, options: DeltaSummaryOptions): string {
  const { paint } = options;
  const sections: [string, string][] = [["Phases", phases(report, paint)]];
  if (report.parts.length > 0) sections.push(["Parts that differ from their documents", parts(report, paint)]);
  if (report.duplicates.length > 0) sections.push(["Natural keys that have more than one row", duplicates(report)]);
  if (report.corrections.length > 0) sections.push(["Aggregates that are not their recount", corrections(report)]);
  sections.push(["Next", next(report, options)]);
  return `${sections.map(([title, body]) => `${paint("bold", title)}\n${body}\n`).join("\n")}`;
}

function phases(report: DeltaReport, paint: Paint): string {
  return renderTable(
    [{ head: "phase" }, { head: "step" }, { head: "rows", align: right }, { head: "parts that differ", align: right }],
    report.phases.map(({ phase, step, backfilled, compared, rows, drifted }) => [
      printable(phase),
      printable(step),
      compared ? formatCount(rows) : "",
      compared
        ? paint(drifted === 0 ? "green" : "yellow", formatCount(drifted))
        : paint("dim", whyLeftOut(step, backfilled)),
    ]),
    paint,
  );
}

function whyLeftOut(step: Step, backfilled: boolean): string {
  if (step === "off") return "left out: it is off";
  if (authorityOf(step) === "new") return "left out: its rows are the truth";
  return backfilled ? "left out: the run was made without its parts" : "proves nothing: its import was not done";
}

function parts(report: DeltaReport, paint: Paint): string {
  return renderTable(
    [{ head: "part" }, { head: "reason" }, { head: "parts", align: right }, { head: "for example" }],
    report.parts.map(({ part, reason, parts: count, sample }) => [
      printable(part),
      reason,
      formatCount(count),
      sample
        .slice(0, mostIds)
        .map((id) => printableWithin(id, 37))
        .join("\n"),
    ]),
    paint,
  );
}

function duplicates(report: DeltaReport): string {
  return report.duplicates.map(({ table, keys }) => `  ${printable(table)}: ${formatCount(keys)}`).join("\n");
}

function corrections(report: DeltaReport): string {
  return report.corrections.map(({ kind, keys }) => `  ${printable(kind)}: ${formatCount(keys)}`).join("\n");
}

function next(report: DeltaReport, { directory, applied, paint }: DeltaSummaryOptions): string {
  const out = directory === "./unnest-out" ? "" : ` --out ${printable(directory)}`;
  const waiting =
    report.waiting === 0
      ? ""
      : `\n  ${formatCount(report.waiting)} parts wait for jobs of the deployment; \`unnest status\` shows whether they are worked off.`;
  if (report.driftFree) {
    return `  ${paint("green", "No drift.")} \`unnest import --delta${out}\` tells the deployment, then \`unnest switch\` may go on.${waiting}`;
  }
  return applied
    ? `  This was applied. Export again and compare once more, until there is no drift.${waiting}`
    : `  \`unnest import --delta${out}\` applies it: names and differences, so that anything changed since is safe.${waiting}`;
}
