/** Tables with their keys and references as a picture, laid out by dagre: what points at something stands left of it. */
import { Graph, layout } from "@dagrejs/dagre";
import { type Html, html } from "./html.js";

export interface DiagramColumn {
  readonly name: string;
  /** What stands behind its name: "key". */
  readonly note: string;
  /** The table it points at. */
  readonly references: string | null;
}

export interface DiagramTable {
  readonly name: string;
  /** Set off from those the picture is about. */
  readonly isBeside: boolean;
  readonly columns: readonly DiagramColumn[];
}

/** Pixels. */
const line = 18;
const padding = 10;
/** Of the font: every letter is as wide. */
const letter = 7.3;

const noteOf = ({ note, references }: DiagramColumn): string =>
  [note, ...(references === null ? [] : [`→ ${references}`])].filter((part) => part !== "").join(" ");

function sizeOf({ name, columns }: DiagramTable): { width: number; height: number } {
  const texts = columns.map((column) => `${column.name}  ${noteOf(column)}`.length);
  return {
    width: Math.ceil(Math.max(name.length, ...texts) * letter) + 2 * padding,
    height: (columns.length + 1) * line + padding,
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Place extends Point {
  readonly width: number;
  readonly height: number;
}

/** Where everything stands; the library's own types do not say. */
interface Layout {
  readonly size: { readonly width: number; readonly height: number };
  place(table: string): Place;
  /** The way of a reference, from box to box. */
  way(from: string, to: string, column: string): readonly Point[];
}

function layOut(tables: readonly DiagramTable[]): Layout {
  const graph = new Graph({ multigraph: true })
    .setGraph({ rankdir: "LR", nodesep: 18, ranksep: 70, edgesep: 12, marginx: 6, marginy: 6 })
    .setDefaultEdgeLabel(() => ({}));
  // The library takes its names for properties of plain objects; ours come from outside.
  const nodes = new Map(tables.map(({ name }, index) => [name, `table ${index}`]));
  const nodeOf = (table: string): string => nodes.get(table) ?? "";
  const edgeOf = (column: string): string => `column ${column}`;
  for (const table of tables) graph.setNode(nodeOf(table.name), sizeOf(table));
  for (const { name, columns } of tables) {
    for (const { name: column, references } of columns) {
      if (isDrawn(tables, name, references)) graph.setEdge(nodeOf(name), nodeOf(references), {}, edgeOf(column));
    }
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    size: { width: Math.ceil(width), height: Math.ceil(height) },
    place: (table) => graph.node(nodeOf(table)) as Place,
    way: (from, to, column) => (graph.edge(nodeOf(from), nodeOf(to), edgeOf(column)) as { points: Point[] }).points,
  };
}

/** A reference to a table that is not in the picture is named, not drawn; so is one to the table itself. */
function isDrawn(tables: readonly DiagramTable[], from: string, to: string | null): to is string {
  return to !== null && to !== from && tables.some(({ name }) => name === to);
}

/**
 * @param id unique in its page
 * @param hrefOf where the name of a table leads
 */
export function modelDiagram(
  id: string,
  label: string,
  tables: readonly DiagramTable[],
  hrefOf: (table: string) => string,
): Html {
  const all = layOut(tables);
  const { width, height } = all.size;
  return html`<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="${label}">
<defs><marker id="${id}-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>
${tables.map((table) => drawReferences(id, all, tables, table))}
${tables.map((table) => drawTable(all.place(table.name), table, hrefOf(table.name)))}
</svg>`;
}

const baseline = ({ y, height }: Place, row: number): number =>
  y - height / 2 + row * line + line - 4 + (row > 0 ? 4 : 0);

/** From the column to the head of the table it points at. */
function drawReferences(
  id: string,
  all: Layout,
  tables: readonly DiagramTable[],
  { name, columns }: DiagramTable,
): Html {
  const box = all.place(name);
  const paths = columns.map(({ name: column, references }, index) => {
    if (!isDrawn(tables, name, references)) return null;
    const target = all.place(references);
    const start = { x: box.x + box.width / 2, y: baseline(box, index + 1) - 4 };
    const end = { x: target.x - target.width / 2 - 1, y: baseline(target, 0) - 3 };
    const way = all.way(name, references, column);
    // Between neighbours there is nothing to go around.
    const stops = [start, ...(way.length > 3 ? way.slice(1, -1) : []), end];
    return html`<path class="edge" d="${curve(stops)}" marker-end="url(#${id}-head)"/>`;
  });
  return html`${paths}`;
}

/** Leaves each stop and reaches the next one level. */
function curve(stops: readonly Point[]): string {
  const number = (value: number): string => value.toFixed(1);
  return stops
    .map(({ x, y }, index) => {
      const before = stops[index - 1];
      if (before === undefined) return `M${number(x)} ${number(y)}`;
      const middle = number((before.x + x) / 2);
      return `C${middle} ${number(before.y)} ${middle} ${number(y)} ${number(x)} ${number(y)}`;
    })
    .join("");
}

function drawTable(box: Place, { name, columns, isBeside }: DiagramTable, href: string): Html {
  const left = box.x - box.width / 2;
  const top = box.y - box.height / 2;
  const rule = columns.length === 0 ? null : html`<path class="rule" d="M${left} ${top + line + 3}h${box.width}"/>`;
  const texts = columns.map(
    (column, index) =>
      html`<text x="${left + padding}" y="${baseline(box, index + 1)}">${column.name}<tspan class="note" dx="8">${noteOf(column)}</tspan></text>\n`,
  );
  return html`<a href="${href}"><rect class="${isBeside ? "box beside" : "box"}" x="${left}" y="${top}" width="${box.width}" height="${box.height}" rx="5"/><text x="${left + padding}" y="${baseline(box, 0)}">${name}</text></a>${rule}
${texts}`;
}
