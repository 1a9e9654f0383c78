import type { DrawChart } from "../../page/charts.js";
import { html } from "../../page/html.js";
import type { Section } from "../../page/renderPage.js";
import { formatCount } from "../../terminal/quantities.js";
import type { RehearsalReport } from "../rehearsalReport.js";
import { formatFigure } from "../renderRehearsal.js";

const drift = "drift: ";

/** What a later export showed to be different, and was repaired. Null where nobody looked. */
export function driftSection({ steps }: RehearsalReport, draw: DrawChart): Section | null {
  const step = steps.find(({ figures }) => figures.some(({ name }) => name.startsWith(drift)));
  if (step === undefined) return null;
  const found = step.figures.filter(({ name }) => name.startsWith(drift));
  const others = step.figures.filter(({ name, isDetail }) => !name.startsWith(drift) && isDetail !== true);
  const all = found.reduce((sum, { value }) => sum + value, 0);
  return {
    id: "drift",
    title: "Drift",
    body: [
      html`<p>${all === 0 ? "None was found." : "What the first comparison found and an import repaired; an empty delta is a check of its own."} ${others.map((figure) => html`${figure.name}: ${formatFigure(figure)}. `)}</p>`,
      all === 0
        ? null
        : draw({
            id: "drift-found",
            title: "Found by the first delta",
            categories: found.map(({ name }) => name.slice(drift.length)),
            series: [{ name: "found", color: "kept", values: found.map(({ value }) => value) }],
            format: formatCount,
          }),
    ],
  };
}
