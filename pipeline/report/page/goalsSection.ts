import { dataTable, folded } from "../../page/dataTable.js";
import { html } from "../../page/html.js";
import { type Section, state } from "../../page/renderPage.js";
import { formatCount } from "../../terminal/quantities.js";
import type { Figure, Report } from "../report.js";

/** Figures of single tables; the section on sizes shows them better. */
const byTable = /^(rows|bytes) (in the snapshot|made): /;

/** The guide's goals, met or not, and the figures it set no goal for. */
export function goalsSection({ figures }: Report): Section {
  const goals = figures.filter(({ goal }) => goal !== undefined);
  const others = figures.filter(({ name, goal }) => goal === undefined && !byTable.test(name));
  return {
    id: "goals",
    title: "Goals of the migration guide",
    body: [
      goals.length === 0
        ? html`<p>None could be measured on this snapshot.</p>`
        : dataTable(
            "Goals of the migration guide",
            [{ head: "figure and goal", kind: "wide" }, { head: "", kind: "number" }, { head: "" }],
            goals.map(({ name, value, unit, goal = "", met }) => [
              [name, html`<br><span class="soft">${unit}; goal: ${goal}</span>`],
              formatValue(value),
              met === true ? state("good", "met") : state("warn", "not met"),
            ]),
          ),
      others.length === 0
        ? null
        : folded(
            `${others.length} figures without a goal`,
            dataTable(
              "Figures without a goal",
              [{ head: "figure", kind: "wide" }, { head: "value", kind: "number" }, { head: "unit" }],
              others.map(({ name, value, unit }) => [name, formatValue(value), unit]),
            ),
          ),
    ],
  };
}

function formatValue(value: Figure["value"]): string {
  return Number.isInteger(value) ? formatCount(value) : value.toFixed(2);
}
