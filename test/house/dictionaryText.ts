/** `sql/README.md`: the data dictionary, with the views and analytics that stand beside it. */
import { type DictionaryColumn, type DictionaryTable, dictionary } from "../../pipeline/model/dictionary.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { analytics } from "../../pipeline/query/analytic.js";
import { viewDefinitions } from "../../pipeline/query/views.js";
import { code, markdownTable } from "./markdownTable.js";

export function dictionaryText(): string {
  const model = loadModel();
  const tables = dictionary(model);
  const ofRole = (role: DictionaryTable["role"]) => tables.filter((table) => table.role === role);
  const sections = [
    introduction,
    `## The new tables\n\n${overview(ofRole("normalized"))}`,
    ...ofRole("normalized").map(describeTable),
    `## The application's tables\n\n${documents}`,
    ...ofRole("existing").map(describeTable),
    `## Views\n\nMade for each query, stored nowhere.\n\n${markdownTable(
      ["view", "one row"],
      viewDefinitions(model).map(({ name, meaning }) => [code(name), meaning]),
    )}`,
    `## Analytics\n\n\`unnest query --name <analytic>\`; \`--list --name <analytic>\` shows its parameters, columns and SQL.\n\n${markdownTable(
      ["analytic", "question", "parameters"],
      analytics().map(({ name, question, parameters }) => [
        code(name),
        question,
        parameters.map((parameter) => code(parameter.name)).join(" "),
      ]),
    )}`,
  ];
  return `${sections.join("\n\n")}\n`;
}

const introduction = `# sql: set rules, and the data of a run

What needs many documents is SQL, one relation a file; what one document decides is TypeScript ([transforms](../transforms/README.md)).
A file begins with a comment that says what it is for. This page is the data dictionary too.

\`\`\`text
 what the row rules gave ─► staging/ ─► model/, ledger/ ─► checks/ ─► figures/ ─► report
                               └─► guards/: what must not be
 a finished run ─► views/ ─► analytics/ (unnest query)      a later export ─► delta/: recounts
\`\`\`

| folder | a file of it |
| --- | --- |
| \`staging/\` | what set rules share |
| \`model/\` | rows of a new table that follow from many documents |
| \`ledger/\` | ledger entries that follow from many documents |
| \`guards/\` | what must not be; a row of it stops the run |
| \`facts/\` | what is asked once about a snapshot |
| \`checks/\` | a rule, why it holds, what to do, and a query for its offenders |
| \`figures/\` | a figure of the report, with unit and goal |
| \`delta/\` | an aggregate of a later export, as it is stored and counted anew |
| \`sample/\` | what else belongs into a sample of some users |
| \`views/\`, \`analytics/\` | what \`unnest query\` offers |

Words: a *set rule* gives rows that follow from many documents; a *guard* has a row for each thing that must not be; a *natural key* says
which row it is. *Birth* columns are written when a row is born and left alone from then on; columns *of the application* are its own once
the row exists; those optional in Convex are written by the migration always, by the application's own later code only if it wants. Read \`model/tags.sql\` first, then \`checks/tagTree.sql\`.

\`npm run docs\` makes this page from the schema (\`convex/schema/\`), the rules (\`transforms/\`, \`sql/model/\`) and the analytics; a test compares them.

## The database of a run

The database of a run, \`work.duckdb\`, has five schemas:

| schema | what it holds |
| --- | --- |
| \`raw\` | the snapshot as it came, a table each: the columns below, \`_line\` (where the document stands in its file), \`_extra\` (JSON: fields that have no column or do not fit it) and \`_fault\` (why the document does not fit the old schema) |
| \`legacy\` | views of the application's tables in \`raw\`, without documents that do not fit |
| \`normal\` | the new tables |
| \`ledger\` | \`entries\`: what became of each value that is no row (\`phase\`, \`code\`, \`kind\`, \`"table"\`, \`documentId\`, \`path\`, \`value\`, \`detail\`) |
| \`meta\` | counts, sizes, accounting, checks and figures |

Times are milliseconds since 1970 (\`epoch_ms(CAST(createdAt AS BIGINT))\` makes a timestamp of one). JSON columns hold the export's \`"uniform"\` encoding, in which
\`1.0\` is a Float64 and \`1\` an Int64.`;

const documents =
  "Fields that a phase moves are JSON here. Every table has `_id` and `_creationTime`, which are not repeated below.";

function overview(tables: readonly DictionaryTable[]): string {
  return markdownTable(
    ["table", "phase", "key", "rows come from"],
    tables.map(({ name, phase, option, naturalKey, filledBy }) => [
      code(name),
      `${phase?.slice("phase-".length)}${option === null ? "" : ` (${code(`--with ${option}`)})`}`,
      naturalKey.map(code).join(" "),
      filledBy.map((rule) => code(rule.kind === "set rule" ? `sql/model/${rule.name}.sql` : rule.name)).join(" "),
    ]),
  );
}

function describeTable({ name, role, columns, indexes, filledBy, referencedBy }: DictionaryTable): string {
  const shown = role === "existing" ? columns.filter((column) => !column.name.startsWith("_")) : columns;
  const rule = filledBy.find(({ kind }) => kind === "set rule");
  const lines = [
    `### ${name}`,
    ...(rule === undefined ? [] : [`One row: ${rule.of}`]),
    markdownTable(["column", "SQL", "Convex", "", ""], shown.map(describeColumn)),
    ...(indexes.length === 0
      ? []
      : [`Indexes: ${indexes.map((index) => code(`${index.name}(${index.fields.join(", ")})`)).join(" ")}`]),
    ...(referencedBy.length === 0 ? [] : [`Referenced by: ${referencedBy.map(code).join(" ")}`]),
  ];
  return lines.join("\n\n");
}

function describeColumn(column: DictionaryColumn): string[] {
  const { name, sqlType, convexType, required, isKey, isBirth, isApplicationOwned, isBookkeeping, movedBy } = column;
  const notes = [
    ...(isKey ? ["key"] : []),
    ...(isBirth ? ["birth"] : []),
    ...(isApplicationOwned ? ["of the application"] : []),
    ...(isBookkeeping ? ["optional in Convex"] : []),
    ...(movedBy === null ? [] : [`moved by ${code(movedBy.part)} (phase ${movedBy.phase.slice("phase-".length)})`]),
  ];
  return [code(name), sqlType, convexType, required ? "required" : "", notes.join(", ")];
}
