import { colored, type Paint, plain } from "../terminal/paint.js";
import { printable, printableWithin } from "../terminal/printable.js";
import { formatBytes, formatCount } from "../terminal/quantities.js";
import { renderTable, type TableColumn } from "../terminal/table.js";
import {
  type Candidate,
  type Elements,
  type FieldInspection,
  type Inspection,
  kinds,
  type Reference,
  type TableInspection,
} from "./inspection.js";

const shownCandidates = 30;
const shownReferences = 100;
const shownFieldsPerTable = 40;

interface RenderOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/**
 * The inspection for a person who decides what to normalize: tables, then nested fields by their bytes, then references,
 * then the fields of each table. Long lists are cut, which the text says; `--json` has everything.
 */
export function renderInspection(inspection: Inspection, { color, width }: RenderOptions): string {
  const paint = color ? colored : plain;
  const sections = [
    headline(inspection, paint, width),
    section("Tables", tables(inspection, paint, width), paint),
    section("Nested fields, candidates for tables of their own", candidates(inspection, paint, width), paint),
    section("References, found by decoding ids", references(inspection, paint, width), paint),
    ...largestFirst(inspection.tables)
      .filter(({ rows }) => rows > 0)
      .map((table) =>
        section(`Fields of ${printableWithin(table.table, width - 40)}`, fields(table, paint, width), paint),
      ),
  ];
  return `${sections.join("\n\n")}\n`;
}

function headline({ snapshot, storage }: Inspection, paint: Paint, width: number): string {
  const files = storage.listed
    ? `${formatCount(storage.files)} files of ${formatBytes(storage.bytes)} in storage`
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
  const columns: TableColumn[] = [
    { head: "table" },
    ...["rows", "bytes", "mean", "longest", "number"].map((head) => ({ head, align: "right" as const })),
    { head: "encoding" },
  ];
  const rows = largestFirst(inspection.tables).map((table) => [
    printableWithin(table.table, width - 60),
    formatCount(table.rows),
    formatBytes(table.bytes),
    table.meanDocumentBytes === null ? "–" : formatBytes(Math.round(table.meanDocumentBytes)),
    table.maxDocumentBytes === null ? "–" : formatBytes(table.maxDocumentBytes),
    table.number === null ? "–" : String(table.number),
    printable(table.encoding),
  ]);
  return rows.length === 0 ? "  none" : renderTable(columns, rows, paint);
}

function candidates(inspection: Inspection, paint: Paint, width: number): string {
  if (inspection.candidates.length === 0) return "  none";
  const columns: TableColumn[] = [
    { head: "field" },
    { head: "share", align: "right" },
    { head: "bytes", align: "right" },
    { head: "non-empty", align: "right" },
    { head: "mean", align: "right" },
    { head: "most", align: "right" },
    { head: "holds" },
  ];
  const rows = inspection.candidates.slice(0, shownCandidates).map((candidate) => {
    const elements = candidate.arrays ?? candidate.objects;
    return [
      printableWithin(`${candidate.table}.${candidate.path}`, width - 64),
      percent(candidate.share),
      formatBytes(candidate.bytes),
      candidate.nonEmpty === null ? "–" : formatCount(candidate.nonEmpty),
      elements === null ? "–" : elements.mean.toFixed(1),
      elements === null ? "–" : formatCount(elements.max),
      printableWithin(holds(candidate, inspection.references), 22),
    ];
  });
  return withRest(renderTable(columns, rows, paint), inspection.candidates.length - rows.length, paint);
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
  if (inspection.references.length === 0) return "  none";
  const columns: TableColumn[] = [
    { head: "from" },
    { head: "to" },
    { head: "values", align: "right" },
    { head: "distinct", align: "right" },
    { head: "dangling", align: "right" },
  ];
  const order = largestFirst(inspection.tables).map(({ table }) => table);
  const shown = inspection.references
    .toSorted((a, b) => order.indexOf(a.table) - order.indexOf(b.table))
    .slice(0, shownReferences);
  const room = width - 44;
  const widest = Math.max(...shown.map((reference) => targetName(reference).length + 2));
  const targets = Math.min(widest, Math.floor(room / 2));
  const rows = shown.map((reference) => [
    printableWithin(`${reference.table}.${reference.path}`, room - targets),
    printableWithin(`→ ${targetName(reference)}`, targets),
    formatCount(reference.values),
    formatCount(reference.distinct),
    dangling(reference, paint),
  ]);
  return withRest(renderTable(columns, rows, paint), inspection.references.length - rows.length, paint);
}

function largestFirst(tables: readonly TableInspection[]): readonly TableInspection[] {
  return tables.toSorted((a, b) => b.bytes - a.bytes || (a.table < b.table ? -1 : 1));
}

function dangling({ dangling, values }: Reference, paint: Paint): string {
  if (dangling === null) return "unknown";
  return dangling === 0 ? "0" : paint("yellow", `${formatCount(dangling)} (${percent(dangling / values)})`);
}

function targetName({ to, tableNumber }: Reference): string {
  return to ?? `unknown table ${tableNumber}`;
}

function fields(table: TableInspection, paint: Paint, width: number): string {
  const columns: TableColumn[] = [
    { head: "field" },
    { head: "in documents", align: "right" },
    { head: "bytes", align: "right" },
    { head: "values" },
  ];
  const described = table.fields.filter(({ path }) => path !== "_id" && path !== "_creationTime");
  const shown = described.slice(0, shownFieldsPerTable);
  const room = width - 34;
  const paths = Math.min(Math.max(5, ...shown.map(({ path }) => path.length)), Math.floor(room * 0.6));
  const rows = shown.map((field) => [
    printableWithin(field.path, paths),
    field.documents === null ? "–" : percent(field.documents / table.rows),
    formatBytes(field.bytes),
    printableWithin(frequencies(field), room - paths),
  ]);
  return withRest(renderTable(columns, rows, paint), described.length - rows.length, paint);
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
  return more === 0 ? text : `${text}\n${paint("dim", `  … and ${formatCount(more)} more: --json lists all`)}`;
}
