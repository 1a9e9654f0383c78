import { decodeId } from "../convexFormat/ids.js";
import type { Database, SqlRow } from "../db/database.js";
import { identifier, literal, qualified } from "../db/quote.js";
import { UnnestError } from "../errors.js";
import type { Model } from "../model/types.js";
import type { SourceLine, Trace, TraceRows } from "./trace.js";
import { traceBatches } from "./traceBatches.js";

/** Rows and entries that are shown of one kind; all are counted. */
const shown = 20;

interface Relations {
  has(schema: string, table: string): boolean;
}

/**
 * Follows a document or row through a loaded run; stages that have not run add nothing. Scans each table that may name
 * the id once.
 *
 * Throws INVALID_ID for a text that is no id, ID_NOT_FOUND for one that nothing of the run knows.
 */
export async function traceDocument(database: Database, model: Model, id: string): Promise<Trace> {
  const decoded = decodeId(id);
  if (decoded === null)
    throw new UnnestError("INVALID_ID", "This is not the id of a Convex document.", { documentId: id });
  const relations = await readRelations(database);
  const tables = await tablesOf(database, decoded.tableNumber);
  const source = await findSource(database, relations, tables, id);
  const table = source?.table ?? tables[0]?.name ?? null;
  const role = table !== null && model.has(table) ? model.table(table).role : "not in the model";
  const rows = await findRows(database, relations, model, table, id);
  const origins = await findOrigins(database, relations, model, rows);
  const trace: Trace = {
    id,
    tableNumber: decoded.tableNumber,
    table,
    role,
    source,
    misfits: await findMisfits(database, relations, id),
    origins,
    rows,
    ledger: await findEntries(database, relations, id),
    batches: relations.has("import", "items")
      ? await traceBatches(database, [id, ...origins.map((origin) => origin.id)])
      : [],
    checks: await findChecks(database, relations, id),
  };
  if (source === null && rows.length === 0 && trace.ledger.count === 0) {
    const place = { documentId: id, table: table ?? undefined, tableNumber: decoded.tableNumber };
    throw new UnnestError("ID_NOT_FOUND", "Nothing in this run has this id.", place);
  }
  return trace;
}

async function readRelations(database: Database): Promise<Relations> {
  const rows = await database.rows("SELECT table_schema AS s, table_name AS t FROM information_schema.tables");
  const names = new Set(rows.map(({ s, t }) => JSON.stringify([s, t])));
  return { has: (schema, table) => names.has(JSON.stringify([schema, table])) };
}

interface NumberedTable {
  readonly name: string;
  /** As the archive and the schema `raw` spell it. */
  readonly rawName: string;
}

/** Tables with that number, the application's before those of components, which are numbered apart. */
async function tablesOf(database: Database, tableNumber: number): Promise<NumberedTable[]> {
  const rows = await database.rows(
    `SELECT name, raw, component FROM meta.tables WHERE number = ${tableNumber}
     UNION SELECT name, name, '' FROM meta.table_numbers WHERE number = ${tableNumber}
     ORDER BY component, name`,
  );
  return rows.map(({ name, raw }) => ({ name: String(name), rawName: String(raw) }));
}

async function findSource(
  database: Database,
  relations: Relations,
  tables: readonly NumberedTable[],
  id: string,
): Promise<SourceLine | null> {
  for (const { name, rawName } of tables) {
    if (!relations.has("raw", rawName)) continue;
    const line = await database.value(
      `SELECT _line FROM ${qualified("raw", rawName)} WHERE _id = ${literal(id)} LIMIT 1`,
    );
    if (line !== undefined) return { table: name, entry: `${rawName}/documents.jsonl`, line: Number(line) };
  }
  return null;
}

async function findMisfits(database: Database, relations: Relations, id: string): Promise<string[]> {
  if (!relations.has("meta", "misfits")) return [];
  const rows = await database.rows(
    `SELECT reason FROM meta.misfits WHERE _id = ${literal(id)} ORDER BY path LIMIT ${shown}`,
  );
  return rows.map(({ reason }) => String(reason));
}

async function findRows(
  database: Database,
  relations: Relations,
  model: Model,
  table: string | null,
  id: string,
): Promise<TraceRows[]> {
  const found: TraceRows[] = [];
  for (const { name, columns } of model.normalized) {
    if (!relations.has("normal", name)) continue;
    const pointing = columns.filter(({ references }) => references === table).map((column) => column.name);
    for (const column of name === table ? ["_id", ...pointing] : pointing) {
      const where = `FROM ${qualified("normal", name)} WHERE ${identifier(column)} = ${literal(id)}`;
      const count = await database.count(`SELECT count(*) ${where}`);
      if (count === 0) continue;
      const rows = await database.rows(`SELECT * ${where} ORDER BY _creationTime, _id LIMIT ${shown}`);
      found.push({ table: name, column, count, rows });
    }
  }
  return found;
}

/** The documents a normalized row came from stand in its references. */
async function findOrigins(
  database: Database,
  relations: Relations,
  model: Model,
  found: readonly TraceRows[],
): Promise<Trace["origins"]> {
  const itself = found.find(({ column }) => column === "_id");
  const [row] = itself?.rows ?? [];
  if (itself === undefined || row === undefined) return [];
  const origins: { column: string; id: string; source: SourceLine }[] = [];
  for (const { name, references } of model.table(itself.table).columns) {
    const id = row[name];
    if (references === undefined || typeof id !== "string") continue;
    const source = await findSource(database, relations, [{ name: references, rawName: references }], id);
    if (source !== null) origins.push({ column: name, id, source });
  }
  return origins;
}

async function findEntries(database: Database, relations: Relations, id: string): Promise<Trace["ledger"]> {
  if (!relations.has("ledger", "entries")) return { count: 0, entries: [] };
  const where = `FROM ledger.entries WHERE "documentId" = ${literal(id)}`;
  const entries: SqlRow[] = await database.rows(
    `SELECT phase, code, kind, path, value, detail ${where} ORDER BY phase, path, code LIMIT ${shown}`,
  );
  return { count: await database.count(`SELECT count(*) ${where}`), entries };
}

async function findChecks(database: Database, relations: Relations, id: string): Promise<Trace["checks"]> {
  if (!relations.has("meta", "checks")) return [];
  const rows = await database.rows(
    `WITH samples AS (
       SELECT name, status, unnest(from_json(sample, '[{"_id":"VARCHAR","detail":"VARCHAR"}]')) AS offender FROM meta.checks
     )
     SELECT name, status, offender.detail AS detail FROM samples WHERE offender._id = ${literal(id)} ORDER BY ALL`,
  );
  return rows.map(({ name, status, detail }) => ({
    name: String(name),
    status: String(status),
    detail: String(detail ?? ""),
  }));
}
