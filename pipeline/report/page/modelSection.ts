import type { DictionaryColumn, DictionaryTable } from "../../model/dictionary.js";
import { dataTable } from "../../page/dataTable.js";
import { type Content, type Html, html } from "../../page/html.js";
import { type DiagramColumn, type DiagramTable, modelDiagram } from "../../page/modelDiagram.js";
import type { Section } from "../../page/renderPage.js";
import { formatCount } from "../../terminal/quantities.js";
import type { Report } from "../report.js";
import { phaseName } from "./phaseName.js";

const anchor = (table: string): string => `table-${table}`;

/** The relational model as pictures, and the data dictionary they lead to. */
export function modelSection(dictionary: readonly DictionaryTable[], { sizes }: Report): Section {
  const rows = new Map(sizes.tables.map((table) => [table.table, table.rows]));
  const tables = new Set(dictionary.map(({ name }) => name));
  const fresh = dictionary.filter(isNew);
  const phases = [...new Set(fresh.map(({ phase }) => phase ?? ""))].sort();
  return {
    id: "model",
    title: "The relational model",
    body: [
      html`<p>Phase by phase: the new tables with their keys and references, and beside them the documents they point at, with the fields that the phase moves out. A name leads to the table’s entry in the dictionary below.</p>`,
      html`<div class="models">${phases.map((phase) => phaseDiagram(dictionary, phase))}</div>`,
      html`<h3>Dictionary: the new tables</h3>`,
      fresh.map((table) => entryOf(table, rows.get(table.name) ?? 0, tables)),
      html`<h3>Dictionary: the application’s documents</h3>`,
      dictionary.filter((table) => !isNew(table)).map((table) => entryOf(table, rows.get(table.name) ?? 0, tables)),
    ],
  };
}

function isNew({ role }: DictionaryTable): boolean {
  return role === "normalized";
}

/** A phase's tables, the tables they point at, and the documents whose fields it moves. */
function phaseDiagram(dictionary: readonly DictionaryTable[], phase: string): Html {
  const own = dictionary.filter((table) => table.phase === phase);
  const beside = dictionary.filter(
    (table) =>
      table.phase !== phase &&
      (movedOf(table, phase).length > 0 ||
        own.some(({ columns }) => columns.some(({ references }) => references === table.name))),
  );
  const label = `Phase ${phaseName(phase)}`;
  const tables: DiagramTable[] = [
    ...own.map((table) => ({ name: table.name, isBeside: false, columns: keysOf(table) })),
    ...beside.map((table) => ({ name: table.name, isBeside: true, columns: movedOf(table, phase) })),
  ];
  return html`<div><h3>${label}</h3><div class="model scroll" role="region" tabindex="0" aria-label="Diagram of phase ${phaseName(phase)}">${modelDiagram(
    `model-${phase}`,
    `${label}: tables and references`,
    tables,
    (table) => `#${anchor(table)}`,
  )}</div></div>`;
}

function keysOf({ columns }: DictionaryTable): DiagramColumn[] {
  return columns
    .filter(({ isKey, references }) => isKey || references !== null)
    .map(({ name, isKey, references }) => ({ name, note: isKey ? "key" : "", references }));
}

function movedOf({ columns }: DictionaryTable, phase: string): DiagramColumn[] {
  return columns
    .filter(({ movedBy }) => movedBy?.phase === phase)
    .map(({ name }) => ({ name, note: "moves out", references: null }));
}

function entryOf(table: DictionaryTable, rows: number, tables: ReadonlySet<string>): Html {
  const { name, role, phase, option, columns, indexes, filledBy, referencedBy } = table;
  const about = [
    ...(role === "normalized" ? [`phase ${phaseName(phase ?? "")}`] : []),
    ...(option === null ? [] : [`only with --with ${option}`]),
    `${formatCount(rows)} ${role === "normalized" ? "rows" : "documents"}`,
  ];
  return html`<details id="${anchor(name)}"><summary><code>${name}</code> <span class="soft small">${about.join(", ")}</span></summary>
${dataTable(
  `Columns of ${name}`,
  [{ head: "column" }, { head: "SQL" }, { head: "Convex" }, { head: "" }, { head: "notes", kind: "wide" }],
  columns.map((column) => [
    html`<code>${column.name}</code>`,
    column.sqlType,
    column.convexType,
    column.required ? "required" : "",
    notesOf(column, tables),
  ]),
)}
${line(
  "Filled by",
  filledBy.map((rule) => (rule.kind === "set rule" ? `sql/model/${rule.name}.sql` : rule.name)),
)}
${line(
  "Indexes",
  indexes.map((index) => `${index.name}(${index.fields.join(", ")})`),
)}
${line("Referenced by", referencedBy)}</details>
`;
}

function line(label: string, names: readonly string[]): Html | null {
  if (names.length === 0) return null;
  return html`<p class="small">${label} ${names.map((name, index) => html`${index === 0 ? "" : ", "}<code>${name}</code>`)}</p>`;
}

function notesOf(column: DictionaryColumn, tables: ReadonlySet<string>): Content {
  const { references, values, isKey, isBirth, isApplicationOwned, movedBy } = column;
  const notes: Content[] = [
    ...(isKey ? ["key"] : []),
    ...(references === null
      ? []
      : [
          html`points at ${tables.has(references) ? html`<a href="#${anchor(references)}">${references}</a>` : references}`,
        ]),
    ...(values.length === 0 ? [] : [`one of ${values.join(", ")}`]),
    ...(isBirth ? ["written at birth"] : []),
    ...(isApplicationOwned ? ["of the application"] : []),
    ...(movedBy === null ? [] : [`moved by ${movedBy.part}, phase ${phaseName(movedBy.phase)}`]),
  ];
  return notes.map((note, index) => [index === 0 ? "" : "; ", note]);
}
