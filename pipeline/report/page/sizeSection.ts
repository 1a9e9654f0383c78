import { bytesStep, type DrawChart } from "../../page/charts.js";
import { dataTable, tiles } from "../../page/dataTable.js";
import { type Html, html } from "../../page/html.js";
import type { Section } from "../../page/renderPage.js";
import { formatBytes, formatCount } from "../../terminal/quantities.js";
import type { PhaseSize, Report, TableSize } from "../report.js";
import { phaseName } from "./phaseName.js";

/** Tables that have a bar; the table below has them all. */
const mostBars = 14;

/** What tables and phases weigh, before and after. */
export function sizeSection({ sizes: { tables, phases } }: Report, draw: DrawChart): Section {
  const before = tables.reduce((sum, table) => sum + table.before, 0);
  const after = tables.reduce((sum, table) => sum + table.after, 0);
  const shrunk = tables.filter((table) => !table.isNew && table.after < table.before);
  const documents = (bytes: (table: TableSize) => number): number =>
    shrunk.reduce((sum, table) => sum + bytes(table), 0);
  return {
    id: "size",
    title: "Size before and after",
    body: [
      html`<p>Bytes of JSON, as lines of an export. After: documents without the fields that moved out, and the new tables.</p>`,
      tiles([
        ["everything before", formatBytes(before)],
        ["everything after", formatBytes(after), change(before, after)],
        [
          "documents that shrink, before",
          formatBytes(documents((table) => table.before)),
          shrunk.map(({ table }) => table).join(", "),
        ],
        [
          "the same, after",
          formatBytes(documents((table) => table.after)),
          change(
            documents((table) => table.before),
            documents((table) => table.after),
          ),
        ],
      ]),
      tables.length === 0 ? null : tablesChart(tables, draw),
      phases.length === 0 ? null : phasesChart(phases, draw),
    ],
  };
}

function tablesChart(tables: readonly TableSize[], draw: DrawChart): Html {
  const shown = [...tables]
    .sort((left, right) => Math.max(right.before, right.after) - Math.max(left.before, left.after))
    .slice(0, mostBars);
  return draw({
    id: "size-by-table",
    title: shown.length < tables.length ? `By table, the largest ${shown.length}` : "By table",
    categories: shown.map(({ table, isNew }) => (isNew ? `${table} (new)` : table)),
    series: [
      { name: "before", color: "before", values: shown.map((table) => table.before) },
      { name: "after", color: "after", values: shown.map((table) => table.after) },
    ],
    format: formatBytes,
    step: bytesStep,
    table: sizeTable(tables),
  });
}

function phasesChart(phases: readonly PhaseSize[], draw: DrawChart): Html {
  const shown = phases.filter(({ moved, made }) => moved > 0 || made > 0);
  return draw({
    id: "size-by-phase",
    title: "By phase: the fields that move out, and the rows they become",
    categories: shown.map(({ phase }) => `phase ${phaseName(phase)}`),
    series: [
      { name: "moved out of documents", color: "before", values: shown.map(({ moved }) => moved) },
      { name: "rows made of that", color: "after", values: shown.map(({ made }) => made) },
    ],
    format: formatBytes,
    step: bytesStep,
  });
}

function sizeTable(tables: readonly TableSize[]): Html {
  return dataTable(
    "Size of every table",
    [
      ...[{ head: "table" }, { head: "" }],
      ...["rows", "before", "after", "change"].map((head) => ({ head, kind: "number" as const })),
    ],
    tables.map(({ table, isNew, rows, before, after }) => [
      table,
      isNew ? "new" : "",
      formatCount(rows),
      isNew && before === 0 ? "" : formatBytes(before),
      formatBytes(after),
      change(before, after),
    ]),
  );
}

function change(before: number, after: number): string {
  if (before === 0 || before === after) return "";
  const percent = (100 * (after - before)) / before;
  return `${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(1)} %`;
}
