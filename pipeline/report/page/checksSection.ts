import { dataTable, folded } from "../../page/dataTable.js";
import { type Content, html, prose } from "../../page/html.js";
import { type Section, state } from "../../page/renderPage.js";
import { formatCount } from "../../terminal/quantities.js";
import type { CheckLine, Report } from "../report.js";

const moods = { passed: "good", notApplicable: "plain", listed: "warn", failed: "bad" } as const;

/** What was proved, with its rule; first what found something. */
export function checksSection({ checks }: Report): Section {
  const of = (status: CheckLine["status"]): CheckLine[] => checks.filter((check) => check.status === status);
  const found = [...of("failed"), ...of("listed")];
  const passed = of("passed");
  const idle = of("notApplicable");
  return {
    id: "checks",
    title: "Checks",
    body:
      checks.length === 0
        ? html`<p>They did not run.</p>`
        : [
            html`<p>${state("good", `${formatCount(passed.length)} passed`)}, ${state(
              of("listed").length === 0 ? "plain" : "warn",
              `${formatCount(of("listed").length)} listed`,
            )}, ${state(of("failed").length === 0 ? "plain" : "bad", `${formatCount(of("failed").length)} failed`)}, ${state("plain", `${formatCount(idle.length)} not applicable`)}: those found nothing to look at, and prove nothing. Each is a query that returns the rows which break its rule. What is <em>listed</em> is a finding about the snapshot itself; it fails a run only under <code>--strict</code>.</p>`,
            found.length === 0
              ? null
              : dataTable(
                  "Checks that found something",
                  [
                    { head: "check, rule and offenders", kind: "wide" },
                    { head: "looked at", kind: "number" },
                    { head: "offenders", kind: "number" },
                  ],
                  found.map((check) => [describe(check), formatCount(check.covered), formatCount(check.violations)]),
                ),
            folded(
              `${formatCount(passed.length)} checks that hold, with their rules`,
              dataTable(
                "Checks that hold",
                [{ head: "check" }, { head: "rule", kind: "wide" }, { head: "looked at", kind: "number" }],
                passed.map(({ name, rule, covered }) => [
                  html`<code>${name}</code>`,
                  prose(rule),
                  formatCount(covered),
                ]),
              ),
            ),
            idle.length === 0
              ? null
              : folded(
                  `${formatCount(idle.length)} checks that had nothing to look at`,
                  dataTable(
                    "Checks that had nothing to look at",
                    [{ head: "check" }, { head: "rule", kind: "wide" }],
                    idle.map(({ name, rule }) => [html`<code>${name}</code>`, prose(rule)]),
                  ),
                ),
          ],
  };
}

function describe(check: CheckLine): Content {
  const { name, rule, remedy, status } = check;
  return html`<code>${name}</code> ${state(moods[status], status)}<br>${prose(rule)}<br><span class="soft">${prose(remedy)}</span>${offendersOf(check)}`;
}

function offendersOf({ sample, violations }: CheckLine): Content {
  const shown = sample.map(
    ({ table, _id, detail }) =>
      html`<li><span class="id">${table} ${_id}</span> <bdi class="soft">${detail}</bdi></li>`,
  );
  const summary =
    sample.length < violations
      ? `${sample.length} of ${formatCount(violations)} offenders`
      : `${formatCount(violations)} ${violations === 1 ? "offender" : "offenders"}`;
  return folded(summary, html`<ul>${shown}</ul>`);
}
