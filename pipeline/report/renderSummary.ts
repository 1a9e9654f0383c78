import { fileNames } from "../run/paths.js";
import type { Paint } from "../terminal/paint.js";
import { printable, printableWithin } from "../terminal/printable.js";
import { formatBytes, formatCount, formatSeconds } from "../terminal/quantities.js";
import { renderTable } from "../terminal/table.js";
import type { Report } from "./report.js";

export interface SummaryOptions {
  readonly paint: Paint;
  /** The run directory as the user named it. */
  readonly directory: string;
  /** One line for each ledger code: what it means. */
  readonly meanings: Readonly<Record<string, string>>;
}

const right = "right" as const;

/** Reasons shown of those for which documents do not fit. */
const mostReasons = 10;

/** What a person wants to know after a run, at most 100 columns wide. Pure. */
export function renderSummary(report: Report, options: SummaryOptions): string {
  const sections: [string, string][] = [
    ["What came in", cameIn(report)],
    ["Stages", stages(report, options)],
    ["What came out", cameOut(report, options)],
    ["What the ledger holds, and why", ledger(report, options)],
    ...(report.misfits.length === 0
      ? []
      : [["Documents that a deploy would refuse, mapped all the same", misfits(report, options)] as [string, string]]),
    ...(report.existing.length === 0
      ? []
      : [["Rows the new tables held already", existing(report, options)] as [string, string]]),
    ["Checks", checks(report, options)],
    ["Goals of the migration guide", goals(report, options)],
    ["Files", files(report, options)],
    ["Next", next(report, options)],
  ];
  return `${sections.map(([title, body]) => `${options.paint("bold", title)}\n${body}\n`).join("\n")}`;
}

function cameIn({ snapshot }: Report): string {
  const { name, sha256, tables, rows, bytes } = snapshot;
  return [
    `  ${printableWithin(name, 96)}`,
    `  ${formatBytes(bytes)}, ${formatCount(tables)} tables, ${formatCount(rows)} documents`,
    `  sha256 ${printable(sha256)}`,
  ].join("\n");
}

function stages(report: Report, { paint }: SummaryOptions): string {
  return renderTable(
    [
      { head: "stage" },
      { head: "status" },
      { head: "rows", align: right },
      { head: "bytes", align: right },
      { head: "time", align: right },
      { head: "peak memory", align: right },
    ],
    report.stages.map(({ name, status, rows, bytes, seconds, peakBytes, error }) => [
      name,
      status === "done" ? paint("green", "done") : status === "failed" ? paint("red", `failed: ${error}`) : "not run",
      ...(status === "notRun"
        ? ["", "", "", ""]
        : [formatCount(rows), formatBytes(bytes), formatSeconds(seconds), formatBytes(peakBytes)]),
    ]),
    paint,
  );
}

function cameOut({ accounting }: Report, { paint }: SummaryOptions): string {
  const shown = accounting.filter(({ source, derived }) => source > 0 || derived > 0);
  if (shown.length === 0) return "  Nothing in this snapshot is moved.";
  const numbers = ["source", "rows", "merged", "rejected", "kept", "derived"] as const;
  return renderTable(
    [{ head: "phase" }, { head: "element", wrapAt: 24 }, ...numbers.map((head) => ({ head, align: right }))],
    shown.map((line) => [
      printable(line.phase.replace("phase-", "")),
      printableWithin(line.element, 60),
      ...numbers.map((column) => formatCount(line[column])),
    ]),
    paint,
  );
}

function ledger({ ledger: entries }: Report, { paint, meanings }: SummaryOptions): string {
  const codes = Object.entries(entries).sort(([, left], [, other]) => other - left);
  if (codes.length === 0) return "  Nothing.";
  return renderTable(
    [{ head: "entries", align: right }, { head: "code" }, { head: "meaning", wrapAt: 56 }],
    codes.map(([code, count]) => [formatCount(count), printableWithin(code, 30), printable(meanings[code] ?? "")]),
    paint,
  );
}

function misfits({ misfits: lines }: Report, { paint }: SummaryOptions): string {
  return renderTable(
    [{ head: "documents", align: right }, { head: "table" }, { head: "reason", wrapAt: 40 }, { head: "for example" }],
    lines
      .slice(0, mostReasons)
      .map(({ documents, table, reason, sample }) => [
        formatCount(documents),
        printableWithin(table, 24),
        printableWithin(reason, 160),
        printableWithin(sample[0] ?? "", 34),
      ])
      .concat(
        lines.length > mostReasons
          ? [["", "", `and ${lines.length - mostReasons} more reasons, in report.json`, ""]]
          : [],
      ),
    paint,
  );
}

function existing({ existing: lines }: Report, { paint }: SummaryOptions): string {
  const numbers = ["equal", "different", "unmatched"] as const;
  return renderTable(
    [{ head: "table" }, ...numbers.map((head) => ({ head, align: right }))],
    lines.map((line) => [printableWithin(line.table, 40), ...numbers.map((state) => formatCount(line[state]))]),
    paint,
  );
}

function checks({ checks: all }: Report, { paint }: SummaryOptions): string {
  if (all.length === 0) return "  Not run.";
  const count = (status: string): number => all.filter((check) => check.status === status).length;
  const total = `  ${paint("green", `${count("passed")} passed`)}, ${count("listed")} listed, ${
    count("failed") === 0 ? "0 failed" : paint("red", `${count("failed")} failed`)
  }, ${count("notApplicable")} not applicable`;
  const found = all.filter(({ status }) => status === "failed" || status === "listed");
  if (found.length === 0) return total;
  const table = renderTable(
    [
      { head: "check" },
      { head: "status" },
      { head: "looked at", align: right },
      { head: "offenders", align: right },
      { head: "for example" },
    ],
    found.map(({ name, status, covered, violations, sample }) => [
      printableWithin(name, 34),
      status === "failed" ? paint("red", status) : paint("yellow", status),
      formatCount(covered),
      formatCount(violations),
      printableWithin(sample[0] === undefined ? "" : `${sample[0].table} ${sample[0]._id}`, 32),
    ]),
    paint,
  );
  return `${total}\n${table}`;
}

function goals({ figures }: Report, { paint }: SummaryOptions): string {
  const shown = figures.filter(({ goal }) => goal !== undefined);
  if (shown.length === 0) return "  None measured.";
  return renderTable(
    [
      { head: "figure", wrapAt: 36 },
      { head: "value", align: right },
      { head: "unit", wrapAt: 18 },
      { head: "goal", wrapAt: 16 },
      { head: "state" },
    ],
    shown.map(({ name, value, unit, goal = "", met }) => [
      printableWithin(name, 100),
      Number.isInteger(value) ? formatCount(value) : value.toFixed(2),
      printableWithin(unit, 50),
      printableWithin(goal, 50),
      met === true ? paint("green", "reached") : paint("yellow", "not reached"),
    ]),
    paint,
  );
}

function isDone({ stages: all }: Report, name: string): boolean {
  return all.some((stage) => stage.name === name && stage.status === "done");
}

function files(report: Report, { directory, paint }: SummaryOptions): string {
  const packaged = isDone(report, "package");
  const rows: string[][] = [
    [fileNames.reportPage, "this as a page, with charts and the model"],
    [fileNames.report, "this and every figure, for scripts"],
    [fileNames.database, "the data: schemas raw, legacy, normal, ledger, meta"],
    ...(packaged
      ? [
          [fileNames.ledger, "what became of every value that is no row, an entry a line"],
          [fileNames.packageZip, "the new tables, as a Convex export"],
          [fileNames.patches, "repairs of existing documents"],
        ]
      : []),
  ];
  return `  in ${printable(directory)}\n${renderTable([{ head: "file" }, { head: "holds" }], rows, paint)}`;
}

function next(report: Report, { directory }: SummaryOptions): string {
  const out = `--out ${printable(directory)}`;
  const failed = report.checks.some(({ status }) => status === "failed");
  return [
    failed
      ? "  Checks failed: nothing here is fit to be imported. Look at what they found:"
      : "  Nothing has been sent anywhere. Look at what was rejected before you import:",
    `  unnest trace <id> ${out}    follows one document through the run`,
    `  unnest check ${out}         runs the checks again`,
  ].join("\n");
}
