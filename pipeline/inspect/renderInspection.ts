import { colored, type Paint, plain } from "../terminal/paint.js";
import { printableWithin } from "../terminal/printable.js";
import { formatBytes, formatCount } from "../terminal/quantities.js";
import { type Cell, type FittedColumn, fittedTable } from "./fittedTable.js";
import {
  type Candidate,
  type Elements,
  type FieldInspection,
  type Inspection,
  kinds,
  type Reference,
  type TableInspection,
} from "./inspection.js";

/** Narrower terminals wrap: numbers and a bit of each name have to stand in a line. */
const narrowest = 80;
const shownTables = 100;
/** Largest tables whose fields are shown. */
const describedTables = 40;
const shownCandidates = 30;
const shownReferences = 100;
const shownFieldsPerTable = 40;

interface RenderOptions {
  readonly color: boolean;
  /** Columns of the terminal; fewer than 80 count as 80. */
  readonly width: number;
}

/**
 * The inspection for a person who decides what to normalize: tables, then nested fields by their bytes, then references,
 * then the fields of each table. Long lists are cut, which the text says; `--json` has everything.
 */
export function renderInspection(inspection: Inspection, options: RenderOptions): string {
  const paint = options.color ? colored : plain;
  const width = Math.max(options.width, narrowest);
  const filled = largestFirst(inspection.tables).filter(({ rows }) => rows > 0);
  const sections = [
    headline(inspection, paint, width),
    section("Tables", tables(inspection, paint, width), paint),
    section("Nested fields, candidates for tables of their own", candidates(inspection, paint, width), paint),
    section("References, found by decoding ids", references(inspection, paint, width), paint),
    ...filled
      .slice(0, describedTables)
      .map((table) =>
        section(`Fields of ${printableWithin(table.table, width - 40)}`, fields(table, paint, width), paint),
      ),
  ];
  return `${withRest(sections.join("\n\n"), filled.length - describedTables, paint)}\n`;
}

function headline({ snapshot, storage }: Inspection, paint: Paint, width: number): string {
  const files =
    storage.listed || storage.files > 0
      ? `${formatCount(storage.files)} ${storage.files === 1 ? "file" : "files"} of ${formatBytes(storage.bytes)} in storage`
      : "no file storage in it";
  return [
    paint("bold", printableWithin(snapshot.name, width)),
    `${snapshot.kind === "zip" ? "ZIP" : "folder"} of ${formatBytes(snapshot.bytes)} · ${formatCount(snapshot.tables)} tables · ` +
      `${formatCount(snapshot.rows)} documents, ${formatBytes(snapshot.documentBytes)} of JSON · ${files}`,
  ].join("\n");
}

function section(title: string, body: string, paint: Paint): string {
  return `${paint("bold", title)}\n${body}`;
}

function tables(inspection: Inspection, paint: Paint, width: number): string {
  const columns: FittedColumn[] = [
    { head: "table", cut: "middle" },
    ...numeric("rows", "bytes", "mean", "longest", "number"),
    { head: "encoding" },
  ];
  const shown = largestFirst(inspection.tables).slice(0, shownTables);
  const rows = shown.map((table) =>
    cells(
      table.table,
      formatCount(table.rows),
      formatBytes(table.bytes),
      table.meanDocumentBytes === null ? "–" : formatBytes(Math.round(table.meanDocumentBytes)),
      table.maxDocumentBytes === null ? "–" : formatBytes(table.maxDocumentBytes),
      table.number === null ? "–" : String(table.number),
      table.encoding,
    ),
  );
  return withRest(fittedTable(columns, rows, width, paint), inspection.tables.length - rows.length, paint);
}

function candidates(inspection: Inspection, paint: Paint, width: number): string {
  const columns: FittedColumn[] = [
    { head: "field", cut: "middle" },
    ...numeric("share", "bytes", "non-empty", "mean", "most"),
    { head: "holds", cut: "end" },
  ];
  const rows = inspection.candidates.slice(0, shownCandidates).map((candidate) => {
    const elements = candidate.arrays ?? candidate.objects;
    return cells(
      `${candidate.table}.${candidate.path}`,
      percent(candidate.share),
      formatBytes(candidate.bytes),
      candidate.nonEmpty === null ? "–" : formatCount(candidate.nonEmpty),
      elements === null ? "–" : elements.mean.toFixed(1),
      elements === null ? "–" : formatCount(elements.max),
      holds(candidate, inspection.references),
    );
  });
  return withRest(fittedTable(columns, rows, width, paint), inspection.candidates.length - rows.length, paint);
}

/** `→ _storage, objects`: tables that ids inside point at, and what the elements or fields are. */
function holds(candidate: Candidate, references: readonly Reference[]): string {
  const inside = references.filter(
    ({ table, path }) => table === candidate.table && path !== candidate.path && startsBelow(path, candidate.path),
  );
  const targets = [...new Set(inside.map(targetName))];
  const what = candidate.arrays === null ? "fields" : commonest(candidate.arrays);
  return targets.length === 0 ? what : `${what} → ${targets.join(", ")}`;
}

function startsBelow(path: string, above: string): boolean {
  return path.startsWith(above) && /^[.[]/.test(path.slice(above.length));
}

function commonest(elements: Elements): string {
  const [kind] = kinds.toSorted((a, b) => (elements.kinds[b] ?? 0) - (elements.kinds[a] ?? 0));
  return elements.elements === 0 || kind === undefined ? "nothing" : kind;
}

function references(inspection: Inspection, paint: Paint, width: number): string {
  const columns: FittedColumn[] = [
    { head: "from", cut: "middle" },
    { head: "to", cut: "end" },
    ...numeric("ids", "distinct", "dangling", "no id"),
  ];
  const order = largestFirst(inspection.tables).map(({ table }) => table);
  const shown = inspection.references
    .toSorted((a, b) => order.indexOf(a.table) - order.indexOf(b.table))
    .slice(0, shownReferences);
  const rows = shown.map((reference) => [
    ...cells(
      `${reference.table}.${reference.path}`,
      `→ ${targetName(reference)}`,
      formatCount(reference.values),
      formatCount(reference.distinct),
    ),
    danglingCell(reference),
    warningCell(reference.notIds, formatCount(reference.notIds)),
  ]);
  return withRest(fittedTable(columns, rows, width, paint), inspection.references.length - rows.length, paint);
}

function danglingCell({ dangling, values }: Reference): Cell {
  if (dangling === null) return { text: "unknown" };
  return warningCell(dangling, `${formatCount(dangling)} (${percent(dangling / values)})`);
}

function warningCell(count: number, text: string): Cell {
  return count === 0 ? { text: "0" } : { text, style: "yellow" };
}

function targetName({ to, guess, tableNumber }: Reference): string {
  if (to !== null) return to;
  return guess === null ? `unknown table ${tableNumber}` : `${guess} (by its number)`;
}

function fields(table: TableInspection, paint: Paint, width: number): string {
  const columns: FittedColumn[] = [
    { head: "field", cut: "middle" },
    ...numeric("in documents", "bytes"),
    { head: "values", cut: "end" },
  ];
  const described = table.fields.filter(({ path }) => path !== "_id" && path !== "_creationTime");
  const rows = described
    .slice(0, shownFieldsPerTable)
    .map((field) =>
      cells(
        field.path,
        field.documents === null ? "–" : percent(field.documents / table.rows),
        formatBytes(field.bytes),
        frequencies(field),
      ),
    );
  return withRest(fittedTable(columns, rows, width, paint), described.length - rows.length, paint);
}

function largestFirst(tables: readonly TableInspection[]): readonly TableInspection[] {
  return tables.toSorted((a, b) => b.bytes - a.bytes || (a.table < b.table ? -1 : 1));
}

function numeric(...heads: readonly string[]): FittedColumn[] {
  return heads.map((head) => ({ head, align: "right" }));
}

function cells(...texts: readonly string[]): Cell[] {
  return texts.map((text) => ({ text }));
}

/** `string`, or `string 98 %, null 2 %`. */
function frequencies({ kinds: counts, values }: FieldInspection): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (entries.length === 1) return entries[0]?.[0] ?? "";
  return entries.map(([kind, count]) => `${kind} ${percent(count / values)}`).join(", ");
}

/** Whole percents, and honest at both ends: `<1 %` is not nothing, `>99 %` is not all. */
function percent(share: number): string {
  if (share > 0 && share < 0.01) return "<1 %";
  if (share < 1 && share > 0.99) return ">99 %";
  return `${Math.round(share * 100)} %`;
}

function withRest(text: string, more: number, paint: Paint): string {
  return more <= 0 ? text : `${text}\n${paint("dim", `  … and ${formatCount(more)} more: --json lists all`)}`;
}
