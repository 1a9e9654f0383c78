/**
 * Is the snapshot one of the model's application? Tables of the same name say little: half of all applications have `users` and
 * `messages`. Run over a stranger's export, every rule would find nothing to move and every check would hold.
 *
 * The rule: of the model's tables that hold documents, at least half must be *known*, which a table is where most of its documents fit: they
 * hold every field that the schema requires, moved ones too, in whatever type (a changed type or a new member of an enumeration makes no
 * other application). A known table is strong evidence, since so many names do not meet by chance; another is weak evidence, since an
 * application may have changed a table. How many of the model's tables there are says nothing (a young application has few), nor do tables
 * beside them (an application may have added many), nor how large each is (one changed table may hold most documents).
 *
 * Without any document in the model's tables only names are left: a snapshot without documents is taken as an application that nobody has
 * used yet; one with documents elsewhere must list most of the model's tables. A deployment that holds the migration's switches is its own.
 */
import type { Database } from "../db/database.js";
import { identifier, literal } from "../db/quote.js";
import { UnnestError } from "../errors.js";
import type { Model, TableModel } from "../model/types.js";
import type { RawTable } from "./rawTable.js";

/** The table whose rows the migration itself has put there. */
const switches = "unnestSwitches";

interface Match {
  readonly table: RawTable & { readonly model: TableModel };
  readonly documents: number;
  readonly fitting: number;
}

/**
 * @param tables all raw tables, filled
 * Throws UnnestError MODEL_MISMATCH, with what matched.
 */
export async function recognizeModel(
  database: Database,
  model: Model,
  tables: readonly RawTable[],
  file: string,
): Promise<void> {
  const held = tables.filter(({ archive }) => archive !== null);
  const own = held.find(({ name }) => name === switches);
  if (own !== undefined && (await database.count(`SELECT count(*) FROM ${own.sql}`)) > 0) return;
  const matches: Match[] = [];
  for (const table of held) if (isExisting(table)) matches.push(await matchOf(database, table));
  const filled = matches.filter(({ documents }) => documents > 0);
  const known = filled.filter(({ documents, fitting }) => fitting > documents / 2);
  const isRecognized =
    filled.length > 0
      ? known.length >= filled.length / 2
      : matches.length > model.existing.length / 2 || (await documentsOf(database)) === 0;
  if (isRecognized) return;
  throw new UnnestError(
    "MODEL_MISMATCH",
    "the snapshot shares table names with the model, but its documents are of another application",
    { file },
    { details: await Promise.all(matches.map((match) => describe(database, match))) },
  );
}

function isExisting(table: RawTable): table is Match["table"] {
  return table.model?.role === "existing";
}

/** Documents of the application's own tables; those of Convex and of components belong to any application. */
async function documentsOf(database: Database): Promise<number> {
  return await database.count(
    `SELECT coalesce(sum("rows"), 0) FROM meta.tables WHERE component = '' AND NOT starts_with(name, '_')`,
  );
}

async function matchOf(database: Database, table: Match["table"]): Promise<Match> {
  const required = table.model.columns.filter((column) => column.required);
  const fits = required.map(({ name }) => isThere(name)).join(" AND ");
  const [counts] = await database.rows<{ documents: string; fitting: string }>(
    `SELECT count(*) AS documents, count(*) FILTER (${fits}) AS fitting FROM ${table.sql}`,
  );
  return { table, documents: Number(counts?.documents ?? 0), fitting: Number(counts?.fitting ?? 0) };
}

/** A line of the table that a refusal shows. */
async function describe(database: Database, { table, documents, fitting }: Match) {
  const { columns } = table.model;
  const seen = columns.map(({ name }) => `CAST(coalesce(bool_or(${isThere(name)}), false) AS INTEGER)`);
  const fields = await database.count(`SELECT ${seen.join(" + ")} FROM ${table.sql}`);
  return { table: table.name, documents, fitting, "model's fields seen": `${fields} of ${columns.length}` };
}

/** In its column, or beside it in another type. */
function isThere(field: string): string {
  return `(${identifier(field)} IS NOT NULL OR coalesce(json_exists(_extra, ${literal(`/${field}`)}), false))`;
}
