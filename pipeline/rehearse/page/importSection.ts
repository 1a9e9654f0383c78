import type { DrawChart } from "../../page/charts.js";
import { dataTable, tiles } from "../../page/dataTable.js";
import { type Html, html } from "../../page/html.js";
import type { Section } from "../../page/renderPage.js";
import { formatCount } from "../../terminal/quantities.js";
import type { PlayedFigure, RehearsalReport } from "../rehearsalReport.js";
import { formatFigure } from "../renderRehearsal.js";

/** A quantity as it was foreseen and as it came. */
interface Pair {
  readonly name: string;
  readonly forecast: PlayedFigure;
  readonly reality: PlayedFigure;
}

const foreseen = ", forecast";
const came = ", in reality";
const met = "faults met: ";

/** Figures that stand out, where there are such. */
const outstanding = [
  "rows imported a second",
  "calls repeated",
  "batches split",
  "importer killed",
  "importer started",
  "share of the snapshot's documents changed while the import ran",
];

/** The import: what it foresaw and what it did, under which faults. Null where none ran. */
export function importSection({ steps }: RehearsalReport, draw: DrawChart): Section | null {
  const figures = steps.find(({ figures: all }) => pairsOf(all).length > 0)?.figures ?? [];
  const pairs = pairsOf(figures);
  if (pairs.length === 0) return null;
  const stand = outstanding.flatMap((name) => figures.filter((figure) => figure.name === name));
  const faults = figures.filter(({ name }) => name.startsWith(met));
  return {
    id: "import",
    title: "The import: forecast, retries, faults",
    body: [
      tiles(stand.map((figure) => [figure.name, formatFigure(figure)])),
      forecastChart(pairs, draw),
      faults.length === 0 ? html`<p>No fault was met.</p>` : faultsChart(faults, draw),
    ],
  };
}

function pairsOf(figures: readonly PlayedFigure[]): Pair[] {
  return figures.flatMap((forecast) => {
    if (!forecast.name.endsWith(foreseen)) return [];
    const name = forecast.name.slice(0, -foreseen.length);
    const reality = figures.find((figure) => figure.name === `${name}${came}`);
    return reality === undefined ? [] : [{ name, forecast, reality }];
  });
}

const percentOf = ({ forecast, reality }: Pair): number =>
  forecast.value === 0 ? 0 : (100 * reality.value) / forecast.value;

function forecastChart(pairs: readonly Pair[], draw: DrawChart): Html {
  const percent = (value: number): string => `${formatCount(Math.round(value))} %`;
  const table = dataTable(
    "Forecast against reality",
    [{ head: "" }, ...["forecast", "reality", "of it"].map((head) => ({ head, kind: "number" as const }))],
    pairs.map((pair) => [
      pair.name,
      formatFigure(pair.forecast),
      formatFigure(pair.reality),
      pair.forecast.value === 0 ? "" : percent(percentOf(pair)),
    ]),
  );
  return html`${draw({
    id: "forecast",
    title: "Reality in percent of the forecast",
    categories: pairs.map(({ name }) => name),
    series: [{ name: "reality", color: "after", values: pairs.map(percentOf) }],
    format: percent,
    table,
  })}${table}`;
}

function faultsChart(faults: readonly PlayedFigure[], draw: DrawChart): Html {
  return draw({
    id: "faults",
    title: "Faults the importer met",
    categories: faults.map(({ name }) => name.slice(met.length)),
    series: [{ name: "calls", color: "kept", values: faults.map(({ value }) => value) }],
    format: formatCount,
  });
}
