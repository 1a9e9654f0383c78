import { dataTable, folded } from "../../page/dataTable.js";
import type { Section } from "../../page/renderPage.js";
import { figureText } from "./figureText.js";
import type { Rehearsed } from "./rehearsed.js";

/** Every figure, by step. */
export function measuredSection({ steps }: Rehearsed): Section {
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
          figures.map((figure) => [figure.name, figureText(figure)]),
        ),
      ),
    ),
  };
}
