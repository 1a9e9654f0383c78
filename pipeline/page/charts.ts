/** Bar charts, drawn while the page is made: they stand in it as SVG and need no script. */
import { printable } from "../terminal/printable.js";
import { type Color, colorOf } from "./colors.js";
import { dataTable, folded } from "./dataTable.js";
import { escapeHtml, type Html, html, trusted } from "./html.js";

export interface BarSeries {
  readonly name: string;
  /** Null for bars that are not seen: those behind them start where they end. */
  readonly color: Color | null;
  /** One for each category; 0 draws nothing. */
  readonly values: readonly number[];
}

export interface BarChart {
  /** Unique in its page. */
  readonly id: string;
  readonly title: string;
  readonly categories: readonly string[];
  readonly series: readonly BarSeries[];
  readonly format: (value: number) => string;
  /** Series stand behind one another instead of beside. */
  readonly stacked?: true;
  /** Where the axis ends; where the values do when it is left out. */
  readonly most?: number;
  /** From tick to tick, of an axis which has about `ticks` of them; the library's choice when it is left out. */
  readonly step?: (most: number, ticks: number) => number;
  /** The table that says the same, where the bars are not all there is to say. */
  readonly table?: Html;
}

export type DrawChart = (chart: BarChart) => Html;

/** Drawn twice, since letters that are scaled down for a phone cannot be read there. Pixels. */
const layouts = [
  { name: "wide", width: 1040, label: 220, ticks: 6, letters: 12 },
  { name: "narrow", width: 335, label: 122, ticks: 2, letters: 11 },
] as const;

const barHeight = 16;

/** Loads the library, which takes longer than all the charts, only where one is drawn. */
export async function openCharts(): Promise<DrawChart> {
  const { init } = await import("echarts/dist/echarts.esm.min.mjs");
  const draw = (chart: BarChart, layout: (typeof layouts)[number]): Html => {
    const beside = chart.stacked === true ? 1 : chart.series.length;
    const height = 30 + chart.categories.length * (beside * barHeight + 14);
    const instance = init(null, null, { renderer: "svg", ssr: true, width: layout.width, height });
    try {
      instance.setOption(optionOf(chart, layout));
      return trusted(
        `<svg class="${layout.name}" viewBox="0 0 ${layout.width} ${height}" width="${layout.width}" role="img" aria-label="${escapeHtml(chart.title)}">${bare(instance.renderToSVGString())}</svg>`,
      );
    } finally {
      instance.dispose();
    }
  };
  return (chart) => html`<figure id="${chart.id}"><figcaption>${chart.title}</figcaption>
${legend(chart)}${layouts.map((layout) => draw(chart, layout))}
${folded("The figures as a table", chart.table ?? tableOf(chart))}</figure>`;
}

type ChartOption = Parameters<import("echarts").EChartsType["setOption"]>[0];

function optionOf(chart: BarChart, layout: (typeof layouts)[number]): ChartOption {
  const text = { fontFamily: "inherit", fontSize: layout.letters };
  const most = chart.most ?? Math.max(1, ...chart.series.flatMap(({ values }) => values));
  const step = chart.step?.(most, layout.ticks);
  return {
    animation: false,
    grid: { left: layout.label, right: 64, top: 4, bottom: 26 },
    xAxis: {
      type: "value",
      ...(step === undefined
        ? { max: chart.most ?? null, splitNumber: layout.ticks }
        : { max: Math.ceil(most / step) * step, interval: step }),
      axisLabel: { ...text, color: colorOf("soft"), formatter: chart.format, hideOverlap: true },
      splitLine: { lineStyle: { color: colorOf("line") } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: chart.categories.map((name) => labelOf(printable(name))),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colorOf("soft") } },
      axisLabel: { ...text, interval: 0, width: layout.label - 28, overflow: "truncate", color: colorOf("ink") },
    },
    series: chart.series.map(({ name, color, values }) => ({
      ...{ name, type: "bar", silent: true, barWidth: barHeight - 2, barGap: "10%" },
      ...(chart.stacked === true ? { stack: "all" } : {}),
      data: values.map((value) => (value === 0 ? null : value)),
      itemStyle: { color: color === null ? "none" : colorOf(color) },
      label: {
        show: chart.stacked !== true,
        ...{ ...text, position: "right", color: colorOf("ink") },
        formatter: ({ value }: { readonly value: unknown }) => chart.format(Number(value)),
      },
    })),
  };
}

const properties = Object.getOwnPropertyNames(Object.prototype);

/**
 * The library keeps widths of texts, and of their beginnings where it shortens them, under the texts as names in a plain object; a table
 * called `constructor` would be written into the language's own. What nobody sees, before such a text, keeps them apart.
 */
function labelOf(text: string): string {
  return properties.some((property) => text.startsWith(property)) ? `\u2060${text}` : text;
}

/** What is drawn, without the svg element around it and what only an interactive chart needs. */
function bare(svg: string): string {
  return svg
    .slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"))
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/ (?:class|ecmeta_[a-z_]+|pointer-events)="[^"]*"/g, "");
}

function legend({ series }: BarChart): Html | null {
  const seen = series.filter(({ color }) => color !== null);
  if (seen.length < 2) return null;
  return html`<ul class="legend">${seen.map(
    ({ name, color }) => html`<li><i style="background:${color === null ? "none" : colorOf(color)}"></i>${name}</li>`,
  )}</ul>`;
}

/** Ticks of bytes stand at powers of two, where their names are short. */
export function bytesStep(most: number, ticks: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(most / ticks)));
}

function tableOf({ title, categories, series, format }: BarChart): Html {
  const heads = ["", ...series.map(({ name }) => name)];
  const rows = categories.map((category, index) => [
    category,
    ...series.map(({ values }) => format(values[index] ?? 0)),
  ]);
  return dataTable(
    title,
    heads.map((head, index) => (index === 0 ? { head } : { head, kind: "number" })),
    rows,
  );
}
