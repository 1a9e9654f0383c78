import { dataTable, folded } from "../../page/dataTable.js";
import type { Section } from "../../page/renderPage.js";
import type { RehearsalReport } from "../rehearsalReport.js";
import { formatFigure } from "../renderRehearsal.js";

/** Every figure, by step. */
export function measuredSection({ steps }: RehearsalReport): Section {
  const measured = steps
    .map(({ name, figures }) => ({ name, figures: figures.filter(({ isDetail }) => isDetail !== true) }))
    .filter(({ figures }) => figures.length > 0);
  return {
    id: "measured",
    title: "Everything measured",
    body: measured.map(({ name, figures }) =>
      folded(
        `${name}: ${figures.length} figures`,
        dataTable(
          `Figures of ${name}`,
          [
            { head: "figure", kind: "wide" },
            { head: "", kind: "number" },
          ],
          figures.map((figure) => [figure.name, formatFigure(figure)]),
        ),
      ),
    ),
  };
}
