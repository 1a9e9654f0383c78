import type { Paint } from "../terminal/paint.js";
import { printable, printableWithin } from "../terminal/printable.js";
import { formatBytes, formatCount, formatSeconds } from "../terminal/quantities.js";
import { renderTable } from "../terminal/table.js";
import type { ImportReport, PhaseReport, Reality } from "./importReport.js";
import { prices } from "./prices.js";
import { remedyOf } from "./sendablePhases.js";

/** Invalid items and failed batches that are shown. */
const shown = 20;

/** An import for a person: phases, forecast beside reality, what was refused. Pure. */
export function renderImport(report: ImportReport, paint: Paint): string {
  const { deployment, isDryRun, reality } = report;
  const where = deployment === null ? "no deployment was asked" : printable(deployment.name);
  const sections = [
    `${paint("bold", isDryRun ? "Forecast" : "Import")} (${where})\n\n${phaseTable(report.phases, paint)}`,
    leftOut(report),
    comparison(report, paint),
    ...(reality === null ? [] : [outcomes(reality)]),
    refused(report, paint),
    next(report),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function phaseTable(phases: readonly PhaseReport[], paint: Paint): string {
  const numbers = ["batches", "done", "on record", "failed", "open"];
  return renderTable(
    [{ head: "phase" }, ...numbers.map((head) => ({ head, align: "right" as const })), { head: "" }],
    phases.map((phase) => [
      phase.phase,
      ...[phase.batches, phase.done, phase.recorded, phase.failed, phase.open].map(formatCount),
      phase.leftOut ??
        phase.ended ??
        (phase.marked ? "complete" : phase.invalid > 0 ? `${formatCount(phase.invalid)} invalid` : ""),
    ]),
    paint,
  );
}

function leftOut({ phases, partsLeftOut }: ImportReport): string {
  const remedies = phases.flatMap((phase) => {
    const remedy = remedyOf(phase);
    return remedy === null ? [] : [`  ${phase.phase} is left out (${phase.leftOut}): ${remedy}.`];
  });
  const parts =
    partsLeftOut === 0 ? [] : [`  ${formatCount(partsLeftOut)} parts had all their rows already and are not sent.`];
  return [...remedies, ...parts].join("\n");
}

function comparison({ forecast, reality, writeBudget }: ImportReport, paint: Paint): string {
  const seconds = forecast.seconds === null ? "no write budget" : formatSeconds(forecast.seconds);
  const rows: readonly (readonly [string, string, string])[] = [
    ["calls", formatCount(forecast.calls), reality === null ? "" : formatCount(reality.calls)],
    ["parts and patches", formatCount(forecast.items), reality === null ? "" : formatCount(reality.items)],
    ["rows", formatCount(forecast.rows), reality === null ? "" : formatCount(reality.rows)],
    ["arguments", formatBytes(forecast.argumentBytes), reality === null ? "" : formatBytes(reality.argumentBytes)],
    ["documents read", formatBytes(forecast.bytesRead), ""],
    ["documents written", formatBytes(forecast.bytesWritten), ""],
    [
      "log and index entries",
      formatBytes(forecast.writeBytes),
      reality === null ? "" : formatBytes(reality.writeBytes),
    ],
    [
      `time${writeBudget === null ? "" : ` at ${formatBytes(writeBudget)} a second`}`,
      seconds,
      reality === null ? "" : formatSeconds(reality.seconds),
    ],
    ["cost, once", dollars(forecast.dollars), ""],
    ["cost, a month", dollars(forecast.dollarsMonthly), ""],
  ];
  const table = renderTable(
    [
      { head: "still to send" },
      { head: "forecast", align: "right" },
      ...(reality === null ? [] : [{ head: "reality", align: "right" as const }]),
    ],
    rows.map(([name, expected, found]) => (reality === null ? [name, expected] : [name, expected, found])),
    paint,
  );
  return `${table}\n  Prices as of ${prices.asOf}: ${prices.plan}.`;
}

function dollars(amount: number): string {
  return amount < 0.01 && amount > 0 ? "below $0.01" : `$${amount.toFixed(2)}`;
}

function outcomes({
  outcomes: found,
  touches,
  superseded,
  retries,
  splits,
  budgetUsed,
  leastConcurrency,
}: Reality): string {
  const counts = Object.entries({ ...found, "keys corrected": touches, "corrections superseded": superseded })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${formatCount(count)} ${name}`);
  const used = budgetUsed === null ? "" : `, ${(100 * budgetUsed).toFixed(0)} % of the write budget used`;
  return [
    `  ${counts.length === 0 ? "Nothing was to be sent." : `${counts.join(", ")}.`}`,
    `  ${formatCount(retries)} calls made again, ${formatCount(splits)} batches divided, at least ${leastConcurrency} at once${used}.`,
  ].join("\n");
}

function refused({ phases, invalid, reality }: ImportReport, paint: Paint): string {
  const failed = reality?.failed ?? [];
  const invalidItems = phases.reduce((sum, phase) => sum + phase.invalid, 0);
  const place = (document: { readonly table: string; readonly documentId: string } | null): string =>
    document === null ? "an entity" : `${document.table} ${document.documentId}`;
  const lines = [
    ...invalid
      .slice(0, shown)
      .map(
        ({ phase, document, code, table, column }) =>
          `${phase}  ${place(document)}  ${code} in ${table}${column === null ? "" : `.${column}`}`,
      ),
    ...failed
      .slice(0, shown)
      .map(({ phase, batchId, document, code }) => `${phase}  batch ${batchId}  ${code}  ${place(document)}`),
  ].map((line) => `  ${printableWithin(line, 98)}`);
  if (lines.length === 0) return "";
  const title = `${formatCount(invalidItems)} invalid parts, ${formatCount(failed.length)} failed batches`;
  return [paint("bold", title), ...lines].join("\n");
}

function next({ of, isDryRun, failure, phases }: ImportReport): string {
  if (isDryRun || failure !== null) return "";
  if (of === "drift" && phases.every(({ batches, leftOut: reason }) => reason !== null || batches === 0))
    return "Next: `unnest status`, then `unnest switch <phase> <step>`.";
  return "Next: export the deployment again, then `unnest delta <snapshot>`.";
}
