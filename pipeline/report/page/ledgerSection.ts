import { ledgerCodes } from "../../../transforms/index.js";
import { dataTable, folded } from "../../page/dataTable.js";
import { type Content, type Html, html, prose } from "../../page/html.js";
import type { Section } from "../../page/renderPage.js";
import { formatCount } from "../../terminal/quantities.js";
import type { LedgerValue } from "../readLedgerValues.js";
import type { LedgerLine, Report } from "../report.js";
import { idList } from "./flowSection.js";
import { phaseName } from "./phaseName.js";

const table = "ledger-lines";

/** What became of each value that is no row, by code and table. */
export function ledgerSection({ ledgerLines }: Report, values: readonly LedgerValue[] | null): Section {
  const entries = ledgerLines.reduce((sum, line) => sum + line.entries, 0);
  return {
    id: "ledger",
    title: "The ledger",
    body:
      ledgerLines.length === 0
        ? html`<p>It is empty: every value is in a row.</p>`
        : [
            html`<p>${formatCount(entries)} entries say what became of each value that is no row. <code>unnest trace &lt;id&gt;</code> follows one document; <code>ledger.jsonl</code> holds them all, with their values.</p>`,
            filterForm(ledgerLines),
            dataTable(
              "The ledger by code and table",
              [
                { head: "code and meaning", kind: "wide" },
                { head: "entries", kind: "number" },
                { head: values === null ? "documents" : "documents and values" },
              ],
              [...ledgerLines].sort(byWeight).map((line) => ({
                data: { code: line.code, table: line.table, kind: line.kind, count: line.entries },
                cells: [
                  describe(line),
                  formatCount(line.entries),
                  [idList(line.sample, line.documents), values === null ? null : valueList(line, values)],
                ],
              })),
              table,
            ),
          ],
  };
}

/** What needs a person comes first. */
const kinds = ["rejected", "repaired", "kept", "merged", "noted"];

function byWeight(left: LedgerLine, right: LedgerLine): number {
  return kinds.indexOf(left.kind) - kinds.indexOf(right.kind) || right.entries - left.entries;
}

function describe({ code, kind, phase, table: of }: LedgerLine): Content {
  const known = ledgerCodes[code];
  const name = html`<code>${code}</code> in <strong>${of}</strong> <span class="soft">${kind}, phase ${phaseName(phase)}</span>`;
  return known === undefined
    ? name
    : html`${name}<br>${prose(known.meaning)}<br><span class="soft">${prose(known.remedy)}</span>`;
}

function filterForm(lines: readonly LedgerLine[]): Html {
  const choice = (label: string, name: "code" | "table" | "kind"): Html => {
    const known = [...new Set(lines.map((line) => line[name]))].sort();
    return html`<label>${label}<select name="${name}"><option value="">all</option>${known.map((value) => html`<option value="${value}">${value}</option>`)}</select></label>`;
  };
  return html`<form data-filters="${table}" data-counts="entries" aria-label="Filter the ledger" hidden>${choice("Code", "code")}${choice("Table", "table")}${choice("Kind", "kind")}<button type="reset">Show all</button><output aria-live="polite"></output></form>`;
}

function valueList(line: LedgerLine, values: readonly LedgerValue[]): Html | null {
  const own = values.filter(
    ({ code, table: of, kind, phase }) =>
      code === line.code && of === line.table && kind === line.kind && phase === line.phase,
  );
  if (own.length === 0) return null;
  const items = own.map(
    ({ documentId, path, value, detail }) =>
      html`<li><span class="id">${documentId} ${path}</span><br><bdi><code>${value}</code></bdi> <bdi class="soft">${detail}</bdi></li>`,
  );
  return folded(`${own.length} of ${formatCount(line.entries)} values`, html`<ul>${items}</ul>`);
}
