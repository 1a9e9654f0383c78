/** The relational model as a picture: tables with their keys and references, in groups, laid out by dagre. */
import { Graph, layout } from "@dagrejs/dagre";
import { type Html, html } from "./html.js";

export interface DiagramColumn {
  readonly name: string;
  /** Part of the table's key. */
  readonly isKey: boolean;
  /** The table it points at. */
  readonly references: string | null;
}

export interface DiagramTable {
  readonly name: string;
  readonly group: string;
  readonly columns: readonly DiagramColumn[];
}

/** Pixels. */
const line = 18;
const padding = 10;
/** Of the font: every letter is as wide. */
const letter = 7.3;

const noteOf = ({ isKey, references }: DiagramColumn): string =>
  [...(isKey ? ["key"] : []), ...(references === null ? [] : [`→ ${references}`])].join(" ");

function sizeOf({ name, columns }: DiagramTable): { width: number; height: number } {
  const texts = columns.map((column) => `${column.name}  ${noteOf(column)}`.length);
  return {
    width: Math.ceil(Math.max(name.length, ...texts) * letter) + 2 * padding,
    height: (columns.length + 1) * line + padding,
  };
}

/**
 * @param tables in any order; references to tables that are not among them are named, not drawn
 * @param hrefOf where the name of a table leads
 */
export function modelDiagram(tables: readonly DiagramTable[], hrefOf: (table: string) => string): Html {
  const graph = new Graph({ compound: true, multigraph: true })
    .setGraph({ rankdir: "LR", nodesep: 14, ranksep: 70, edgesep: 8, marginx: 8, marginy: 8 })
    .setDefaultEdgeLabel(() => ({}));
  for (const group of new Set(tables.map((table) => table.group))) graph.setNode(`group ${group}`, { label: group });
  for (const table of tables) {
    graph.setNode(table.name, sizeOf(table));
    graph.setParent(table.name, `group ${table.group}`);
  }
  for (const { name, columns } of tables) {
    for (const { references, name: column } of columns) {
      if (references !== null && references !== name && graph.hasNode(references))
        graph.setEdge(name, references, {}, column);
    }
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return html`<svg width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" role="group" aria-label="Tables and their references">
<defs><marker id="points-at" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>
${[...new Set(tables.map(({ group }) => group))].map((group) => drawGroup(graph, group))}
${edgesOf(graph).map(drawEdge)}
${tables.map((table) => drawTable(graph, table, hrefOf(table.name)))}
</svg>`;
}

function drawGroup(graph: Graph, group: string): Html {
  const { x = 0, y = 0, width = 0, height = 0 } = graph.node(`group ${group}`);
  return html`<rect class="group" x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="8"/><text class="group-name" x="${x - width / 2 + padding}" y="${y - height / 2 + line}">${group}</text>
`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The points of every reference; the library's types do not say what it knows of an edge. */
function edgesOf(graph: Graph): readonly (readonly Point[])[] {
  return graph.edges().map((edge: Parameters<Graph["edge"]>[0]) => (graph.edge(edge) as { points: Point[] }).points);
}

function drawEdge(points: readonly Point[]): Html {
  const path = points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
  return html`<path class="edge" d="M${path}" marker-end="url(#points-at)"/>
`;
}

function drawTable(graph: Graph, table: DiagramTable, href: string): Html {
  const { x = 0, y = 0, width = 0, height = 0 } = graph.node(table.name);
  const left = x - width / 2;
  const top = y - height / 2;
  const baseline = (row: number): number => top + row * line + line - 4;
  return html`<a href="${href}"><rect class="box" x="${left}" y="${top}" width="${width}" height="${height}" rx="5"/><text x="${left + padding}" y="${baseline(0)}">${table.name}</text></a><path class="rule" d="M${left} ${top + line + 3}h${width}"/>
${table.columns.map(
  (column, index) =>
    html`<text x="${left + padding}" y="${baseline(index + 1) + 4}">${column.name}<tspan class="note" dx="8">${noteOf(column)}</tspan></text>
`,
)}`;
}
