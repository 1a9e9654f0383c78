import type { DrawChart } from "../../page/charts.js";
import { dataTable, folded, tiles } from "../../page/dataTable.js";
import { type Html, html } from "../../page/html.js";
import type { Section } from "../../page/renderPage.js";
import { formatBytes, formatCount } from "../../terminal/quantities.js";
import type { AccountingLine, ExistingLine, MisfitLine, Report } from "../report.js";
import { phaseName } from "./phaseName.js";

const numbers = ["source", "rows", "merged", "rejected", "kept", "derived"] as const;

/** What an element can become, and the colour of it. */
const ends = [
  ["rows", "after"],
  ["merged", "merged"],
  ["rejected", "rejected"],
  ["kept", "kept"],
] as const;

/** What came in, what went out, and what stayed outside. */
export function flowSection(report: Report, draw: DrawChart): Section {
  const { snapshot, accounting, misfits, existing } = report;
  const sum = (column: (typeof numbers)[number]): number => accounting.reduce((total, line) => total + line[column], 0);
  return {
    id: "flow",
    title: "What came in and what went out",
    body: [
      tiles([
        [
          "documents in",
          formatCount(snapshot.rows),
          `${formatCount(snapshot.tables)} tables, ${formatBytes(snapshot.bytes)}`,
        ],
        ["elements of moved fields", formatCount(sum("source"))],
        [
          "rows out",
          formatCount(sum("rows") + sum("derived")),
          `${formatCount(sum("derived"))} of them from many elements`,
        ],
        ["merged with another row", formatCount(sum("merged"))],
        ["rejected", formatCount(sum("rejected")), "held in the ledger"],
        ["kept beside rows", formatCount(sum("kept")), "held in the ledger"],
      ]),
      html`<p>Every element of a moved field ends in one of four ways: <em>source = rows + merged + rejected + kept</em>. Derived rows stand for no single element.</p>`,
      accounting.some(({ source }) => source > 0)
        ? endsChart(accounting, draw)
        : html`<p>Nothing in this snapshot is moved.</p>`,
      accountingTable(accounting),
      misfits.length === 0 ? null : misfitsTable(misfits),
      existing.length === 0 ? null : existingTable(existing),
    ],
  };
}

function endsChart(accounting: readonly AccountingLine[], draw: DrawChart): Html {
  const lines = accounting.filter(({ source }) => source > 0);
  return draw({
    id: "ends",
    title: "What became of the elements, percent",
    categories: lines.map(({ element }) => element),
    series: ends.map(([name, color]) => ({
      ...{ name, color },
      values: lines.map((line) => (100 * line[name]) / line.source),
    })),
    format: (value) => `${Number(value.toFixed(2))} %`,
    stacked: true,
    most: 100,
  });
}

function accountingTable(accounting: readonly AccountingLine[]): Html {
  return dataTable(
    "The accounting, by kind of element",
    [{ head: "phase" }, { head: "element" }, ...numbers.map((head) => ({ head, kind: "number" as const }))],
    accounting
      .filter(({ source, derived }) => source > 0 || derived > 0)
      .map((line) => [phaseName(line.phase), line.element, ...numbers.map((column) => formatCount(line[column]))]),
  );
}

function misfitsTable(lines: readonly MisfitLine[]): Html {
  return html`<h3>Documents that a deploy would refuse</h3><p>They do not fit the schema. They are mapped all the same: what a row requires decides about its element. A deploy of the transitional schema refuses those of <em>both</em> schemas.</p>${dataTable(
    "Documents that a deploy would refuse",
    [
      { head: "table" },
      { head: "reason", kind: "wide" },
      { head: "schemas" },
      { head: "documents", kind: "number" },
      { head: "ids" },
    ],
    lines.map(({ table, reason, schemas, documents, sample }) => [
      table,
      reason,
      schemas,
      formatCount(documents),
      idList(sample, documents),
    ]),
  )}`;
}

function existingTable(lines: readonly ExistingLine[]): Html {
  return html`<h3>Rows the new tables held already</h3><p>Dual-write had made them. Equal ones are left out of the package; different ones are made equal by a resync.</p>${dataTable(
    "Rows the new tables held already",
    [{ head: "table" }, ...["equal", "different", "unmatched"].map((head) => ({ head, kind: "number" as const }))],
    lines.map(({ table, equal, different, unmatched }) => [table, ...[equal, different, unmatched].map(formatCount)]),
  )}`;
}

/** Ids to look at, folded; `unnest trace <id>` follows each. */
export function idList(ids: readonly string[], all: number): Html | null {
  if (ids.length === 0) return null;
  const summary =
    ids.length === all ? `${formatCount(all)} ${all === 1 ? "id" : "ids"}` : `${ids.length} of ${formatCount(all)} ids`;
  return folded(summary, html`<ul>${ids.map((id) => html`<li class="id">${id}</li>`)}</ul>`);
}
