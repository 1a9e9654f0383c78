import { dataTable, folded } from "../../page/dataTable.js";
import { html } from "../../page/html.js";
import { type Section, state } from "../../page/renderPage.js";
import { formatCount } from "../../terminal/quantities.js";
import type { RehearsalReport } from "../rehearsalReport.js";

/** Everything that had to hold, with how much was looked at. */
export function checkedSection({ steps }: RehearsalReport): Section {
  const checks = steps.flatMap(({ name: step, checks: all }) => all.map((check) => ({ ...check, step })));
  const failedFirst = [...checks].sort((left, right) => Number(right.failed > 0) - Number(left.failed > 0));
  return {
    id: "checks",
    title: "What was checked",
    body:
      checks.length === 0
        ? html`<p>Nothing: it ended before.</p>`
        : dataTable(
            "What was checked",
            [
              { head: "what has to hold", kind: "wide" },
              { head: "at" },
              { head: "looked at", kind: "number" },
              { head: "wrong", kind: "number" },
            ],
            failedFirst.map(({ name, step, looked, failed, findings }) => [
              [
                name,
                findings.length === 0
                  ? null
                  : folded(
                      `${findings.length} of ${formatCount(failed)} findings`,
                      html`<ul>${findings.map((finding) => html`<li class="id">${finding}</li>`)}</ul>`,
                    ),
              ],
              step,
              formatCount(looked),
              state(failed === 0 ? "good" : "bad", formatCount(failed)),
            ]),
          ),
  };
}
