import type { DictionaryColumn, DictionaryTable } from "../../model/dictionary.js";
import { dataTable } from "../../page/dataTable.js";
import { type Content, type Html, html } from "../../page/html.js";
import { modelDiagram } from "../../page/modelDiagram.js";
import type { Section } from "../../page/renderPage.js";
import { formatCount } from "../../terminal/quantities.js";
import type { Report } from "../report.js";
import { phaseName } from "./phaseName.js";

const anchor = (table: string): string => `table-${table}`;

/** The relational model as a picture, and the data dictionary it leads to. */
export function modelSection(dictionary: readonly DictionaryTable[], { sizes }: Report): Section {
  const rows = new Map(sizes.tables.map((table) => [table.table, table.rows]));
  const isNew = ({ role }: DictionaryTable): boolean => role === "normalized";
  const fresh = dictionary.filter(isNew);
  const touched = dictionary.filter((table) => !isNew(table) && isTouched(table, fresh));
  return {
    id: "model",
    title: "The relational model",
    body: [
      html`<p>The new tables by the phase that fills them, with their keys and references, and the documents they point at. A name leads to the table's entry in the dictionary below.</p>`,
      html`<div class="model scroll" role="region" tabindex="0" aria-label="Diagram of the model">${modelDiagram(
        [...fresh, ...touched].map((table) => ({
          name: table.name,
          group: isNew(table) ? `phase ${phaseName(table.phase ?? "")}` : "the application",
          columns: table.columns.filter(({ isKey, references }) => isNew(table) && (isKey || references !== null)),
        })),
        (table) => `#${anchor(table)}`,
      )}</div>`,
      html`<h3>Dictionary: the new tables</h3>`,
      fresh.map((table) => entryOf(table, rows.get(table.name) ?? 0)),
      html`<h3>Dictionary: the application’s documents</h3>`,
      dictionary.filter((table) => !isNew(table)).map((table) => entryOf(table, rows.get(table.name) ?? 0)),
    ],
  };
}

/** Whether a new table points at it, or one of its fields moves out. */
function isTouched({ name, columns }: DictionaryTable, fresh: readonly DictionaryTable[]): boolean {
  return (
    columns.some(({ movedBy }) => movedBy !== null) ||
    fresh.some((table) => table.columns.some(({ references }) => references === name))
  );
}

function entryOf(table: DictionaryTable, rows: number): Html {
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
    notesOf(column),
  ]),
)}
${line("Filled by", filledBy.map((rule) => (rule.kind === "set rule" ? `sql/model/${rule.name}.sql` : rule.name)))}
${line("Indexes", indexes.map((index) => `${index.name}(${index.fields.join(", ")})`))}
${line("Referenced by", referencedBy)}</details>
`;
}

function line(label: string, names: readonly string[]): Html | null {
  if (names.length === 0) return null;
  return html`<p class="small">${label} ${names.map((name, index) => html`${index === 0 ? "" : ", "}<code>${name}</code>`)}</p>`;
}

function notesOf({ references, values, isKey, isBirth, isApplicationOwned, movedBy }: DictionaryColumn): Content {
  const notes: Content[] = [
    ...(isKey ? ["key"] : []),
    ...(references === null ? [] : [html`points at <a href="#${anchor(references)}">${references}</a>`]),
    ...(values.length === 0 ? [] : [`one of ${values.join(", ")}`]),
    ...(isBirth ? ["written at birth"] : []),
    ...(isApplicationOwned ? ["of the application"] : []),
    ...(movedBy === null ? [] : [`moved by ${movedBy.part}, phase ${phaseName(movedBy.phase)}`]),
  ];
  return notes.map((note, index) => [index === 0 ? "" : "; ", note]);
}
