/** Pages in which something of everything stands, and everything from outside is hostile. */
import { dictionary } from "../../pipeline/model/dictionary.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { openCharts } from "../../pipeline/page/charts.js";
import { renderRehearsalPage } from "../../pipeline/rehearse/page/renderRehearsalPage.js";
import type { RehearsalReport } from "../../pipeline/rehearse/rehearsalReport.js";
import { renderReportPage } from "../../pipeline/report/page/renderReportPage.js";
import type { Report } from "../../pipeline/report/report.js";
import { exampleReport } from "../report/exampleReport.js";

/** Runs where it is taken for markup, turns lines where it is not defused, and does not fit anywhere. */
export const hostile = `"'><img src=x onerror="document.title='owned'"><script>document.title='owned'</script></svg>\u202e\u001b[31m${"w".repeat(5000)}`;

const hostileReport: Report = {
  ...exampleReport,
  snapshot: { ...exampleReport.snapshot, name: `/home/someone/secret/${hostile}` },
  accounting: exampleReport.accounting.map((line) => ({ ...line, element: `${line.element} ${hostile}` })),
  misfits: [{ table: hostile, reason: hostile, schemas: "both", documents: 3, sample: [hostile] }],
  existing: [{ table: hostile, equal: 1, different: 2, unmatched: 3 }],
  ledgerLines: [
    ...exampleReport.ledgerLines,
    { phase: hostile, code: hostile, kind: hostile, table: hostile, entries: 5, documents: 1, sample: [hostile] },
  ],
  checks: [
    ...exampleReport.checks,
    {
      ...{ name: hostile, rule: hostile, remedy: hostile, status: "failed", covered: 5, violations: 1 },
      sample: [{ table: hostile, _id: hostile, detail: hostile }],
    },
  ],
  figures: [...exampleReport.figures, { name: hostile, value: 1, unit: hostile, goal: hostile, met: false }],
  sizes: {
    tables: [...exampleReport.sizes.tables, { table: hostile, isNew: true, rows: 1, before: 0, after: 9e8 }],
    phases: [...exampleReport.sizes.phases, { phase: hostile, moved: 1, rows: 1, made: 1 }],
  },
};

const count = (name: string, value: number) => ({ name, value, unit: "count" as const, timed: true });

const rehearsed: RehearsalReport = {
  tool: "0.1.0",
  verdict: "failed",
  failure: { step: "delta", message: hostile, remedy: "Look at `unnest delta`." },
  snapshot: { name: hostile, sha256: "5eed".repeat(16) },
  ...{ deployment: "embedded", seed: 7, users: 8, traffic: "heavy", faults: "heavy", seconds: 70, peakBytes: 3e8 },
  steps: [
    {
      ...{ name: "import", title: "import while users write", status: "passed", seconds: 60, reason: null, checks: [] },
      figures: [
        count("calls, forecast", 100),
        count("calls, in reality", 125),
        { name: "bytes of arguments, forecast", value: 0, unit: "bytes", timed: true },
        { name: "bytes of arguments, in reality", value: 9, unit: "bytes", timed: true },
        count("calls repeated", 25),
        count("faults met: lost", 7),
        { ...count("ledger: original", 3), isDetail: true },
      ],
    },
    {
      ...{ name: "delta", title: "export, compare, repair", status: "failed", seconds: 10, reason: null },
      figures: [count("drift: parts stale", 12), count(`drift: ${hostile}`, 3), count("rounds", 2)],
      checks: [
        { name: "a delta is empty", looked: 2, failed: 1, findings: [hostile] },
        { name: "no user's write failed", looked: 1461, failed: 0, findings: [] },
      ],
    },
    {
      ...{ name: "verify", title: "compare all rows", status: "skipped", seconds: 0, reason: hostile },
      ...{ figures: [], checks: [] },
    },
    { name: "prove", title: "prove", status: "notRun", seconds: 0, reason: null, figures: [], checks: [] },
  ],
  actions: [{ action: hostile, done: 9, refused: 1, failed: 0 }],
};

/** The pages by the names of their files. */
export async function examplePages(): Promise<Readonly<Record<string, string>>> {
  const draw = await openCharts();
  const tables = dictionary(loadModel());
  const value = {
    ...{ phase: hostile, code: hostile, kind: hostile, table: hostile },
    documentId: hostile,
    path: hostile,
  };
  const values = [{ ...value, value: hostile, detail: hostile }];
  const page = (report: Report, ledgerValues: typeof values | null) =>
    renderReportPage({ report, dictionary: tables, ledgerValues, draw });
  return {
    "report.html": page(exampleReport, null),
    "hostile.html": page(hostileReport, values),
    "rehearsal.html": renderRehearsalPage(rehearsed, draw),
  };
}
