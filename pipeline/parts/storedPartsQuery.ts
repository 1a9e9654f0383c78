/**
 * The queries that feed the rebuild of a pass: documents with their old fields and what the ledger keeps of them, and their rows as
 * they stand in the tables. Documents are taken in ranges of ids, so that what a worker holds does not grow with the table.
 */
import type { Database } from "../db/database.js";
import { identifier, literal, qualified } from "../db/quote.js";
import { concatenated, fieldJson, objectJson, objectPieces, valueJson } from "../model/rawColumns.js";
import type { ColumnModel, Model, TableModel } from "../model/types.js";
import { type IdRange, idRanges, inRange, type WeighedRange } from "./idRanges.js";
import type { Pass } from "./passes.js";
import { triggers } from "./passes.js";

/** Bytes of moved fields that a range holds, about: enough for one file of a worker, few enough to stay in memory with their rows. */
const rangeBytes = 16 << 20;

/** All documents, or only those for which the ledger holds an `original` entry. */
export type Selection = "all" | "withOriginals";

/** Cuts a pass's documents into ranges of ids. Needs `keptEntriesSql`. */
export async function documentRanges(
  database: Database,
  model: Model,
  pass: Pass,
  documents: Selection,
): Promise<readonly WeighedRange[]> {
  if (documents === "withOriginals") {
    const some = await database.count("SELECT count(*) FROM kept_entries WHERE isOriginal");
    if (some === 0) return [];
  }
  const fields = pass.transforms.flatMap(({ transform }) => transform.moves);
  const moved = model.table(pass.table).columns.filter(({ name }) => fields.includes(name));
  const sizes = moved.map((column) => `coalesce(strlen(${fieldJson(column, "d")}), 0)`);
  const condition = documents === "withOriginals" ? `_id IN (${withOriginals})` : hasTrigger(model, pass);
  return idRanges(
    database,
    `SELECT _id AS id, ${[documentBytes, ...sizes].join(" + ")} AS weight FROM ${qualified("raw", pass.table)} AS d WHERE ${condition}`,
    rangeBytes,
  );
}

/** Bytes of a document beside its moved fields, about. */
const documentBytes = 1_000;

/** Ids of the documents that the ledger holds an `original` of. */
const withOriginals = "SELECT DISTINCT documentId FROM kept_entries WHERE isOriginal";

function hasTrigger(model: Model, pass: Pass): string {
  const fields = triggers(pass);
  if (fields.length === 0) return "true";
  const columns = model.table(pass.table).columns.filter(({ name }) => fields.includes(name));
  return `(${columns.map((column) => `(${fieldJson(column, "d")}) IS NOT NULL`).join(" OR ")})`;
}

interface RowSource {
  readonly table: TableModel;
  readonly parent: string;
  /** Entities to embed, with the column that refers to each. */
  readonly entities: readonly { readonly column: string; readonly table: TableModel }[];
}

/** The tables whose rows a pass's transforms rebuild from. */
function rowSources(model: Model, pass: Pass): readonly RowSource[] {
  const sources = new Map<string, RowSource>();
  for (const { transform } of pass.transforms) {
    const { writes, rebuildsFrom = {} } = transform;
    const owned = {
      ...writes,
      ...Object.fromEntries(Object.entries(rebuildsFrom).filter(([, parent]) => parent !== null)),
    } as Record<string, string>;
    for (const [name, parent] of Object.entries(owned)) {
      if (transform.moves.length === 0) continue;
      const table = model.table(name);
      const entities = table.columns.flatMap(({ name: column, references }) =>
        references !== undefined && rebuildsFrom[references] === null
          ? [{ column, table: model.table(references) }]
          : [],
      );
      sources.set(name, { table, parent, entities });
    }
  }
  return [...sources.values()];
}

function storedPieces(columns: readonly Pick<ColumnModel, "name" | "sqlType">[], alias: string): readonly string[] {
  const system = [
    { name: "_id", sqlType: "VARCHAR" as const },
    { name: "_creationTime", sqlType: "DOUBLE" as const },
  ];
  return objectPieces(
    [...system, ...columns].map(({ name, sqlType }): [string, string] => [
      name,
      valueJson(sqlType, `${alias}.${identifier(name)}`),
    ]),
  );
}

/** What stands in front of a line's JSON: a document's id as JSON text, and a tab, which JSON text has none of. */
const lineKey = (id: string): readonly string[] => [valueJson("VARCHAR", id), "'\t'"];

/** Rows of one table as lines `id of the document, tab, {"r": row, "e": {table: entity}}`. */
function rowsQuery({ table, parent, entities }: RowSource, selected: (id: string) => string): string {
  const embedded = entities.map(({ table: entity }, index): [string, string] => [
    entity.name,
    `CASE WHEN e${index}._id IS NOT NULL THEN ${concatenated(storedPieces(entity.columns, `e${index}`))} END`,
  ]);
  const joins = entities.map(
    ({ column, table: entity }, index) =>
      `LEFT JOIN ${qualified("normal", entity.name)} AS e${index} ON e${index}._id = t.${identifier(column)}`,
  );
  const parentColumn = `t.${identifier(parent)}`;
  const line = [
    ...lineKey(parentColumn),
    `'{"r":'`,
    ...storedPieces(table.columns, "t"),
    ...(embedded.length === 0 ? [] : [`',"e":'`, objectJson(embedded)]),
    "'}'",
  ];
  return [
    `SELECT ${concatenated(line)}`,
    `FROM ${qualified("normal", table.name)} AS t ${joins.join(" ")}`,
    `WHERE ${parentColumn} IS NOT NULL AND ${selected(parentColumn)}`,
  ].join("\n");
}

/** Whole fields that the ledger keeps, in document order; built once a pass, read once a range. */
export function keptEntriesSql(pass: Pass): string {
  const fields = pass.transforms.flatMap(({ transform }) => transform.moves.map((field) => `/${field}`));
  if (fields.length === 0)
    return "CREATE OR REPLACE TEMP TABLE kept_entries AS SELECT NULL::VARCHAR AS documentId, NULL::BOOLEAN AS isOriginal, NULL::VARCHAR AS entry LIMIT 0";
  return `CREATE OR REPLACE TEMP TABLE kept_entries AS
  SELECT documentId, code = 'original' AS isOriginal, '[' || to_json(code = 'original')::VARCHAR || ',' || to_json(part)::VARCHAR || ',' || to_json(path[2:])::VARCHAR || ',' || "value"::VARCHAR || ',' || coalesce(to_json(detail)::VARCHAR, 'null') || ']' AS entry
  FROM ledger.entries
  WHERE kind = 'kept' AND "table" = ${literal(pass.table)} AND path IN (${fields.map(literal).join(", ")}) AND "value" IS NOT NULL
  ORDER BY documentId`;
}

/** The queries whose lines, read together, give the stored parts of some documents. */
interface StoredQueries {
  /** `id, tab, {"d": document with its old fields, "k": what the ledger keeps whole}`. */
  readonly documents: string;
  /** By table; see `rowsQuery`. */
  readonly rows: Readonly<Record<string, string>>;
}

/**
 * The documents of a range that have moved fields or rows, and those rows. No line is joined to another here, since that would copy the
 * texts several times; `readStoredLines` does it. Needs `keptEntriesSql`.
 */
export function storedPartsQueries(model: Model, pass: Pass, range: IdRange, documents: Selection): StoredQueries {
  const sources = rowSources(model, pass);
  const columns = model.table(pass.table).columns.filter(({ name }) => pass.fields.includes(name));
  const system: readonly [string, string][] = [
    ["_id", valueJson("VARCHAR", "d._id")],
    ["_creationTime", valueJson("DOUBLE", "d._creationTime")],
  ];
  const selected = (id: string): string =>
    documents === "withOriginals" ? `${inRange(id, range)} AND ${id} IN (${withOriginals})` : inRange(id, range);
  const hasRows = sources.map(
    ({ table, parent }) =>
      `d._id IN (SELECT ${identifier(parent)} FROM ${qualified("normal", table.name)} WHERE ${inRange(identifier(parent), range)})`,
  );
  const line = [
    ...lineKey("d._id"),
    `'{"d":'`,
    ...objectPieces([...system, ...columns.map((column): [string, string] => [column.name, fieldJson(column, "d")])]),
    `',"k":['`,
    "kept.entries",
    "']}'",
  ];
  return {
    documents: [
      `SELECT ${concatenated(line)}`,
      `FROM ${qualified("raw", pass.table)} AS d`,
      `LEFT JOIN (SELECT documentId, string_agg(entry, ',') AS entries FROM kept_entries WHERE ${inRange("documentId", range)} GROUP BY documentId) AS kept ON kept.documentId = d._id`,
      `WHERE ${selected("d._id")}`,
      ...(documents === "all" ? [`AND (${[hasTrigger(model, pass), ...hasRows].join(" OR ")})`] : []),
    ].join("\n"),
    rows: Object.fromEntries(sources.map((source) => [source.table.name, rowsQuery(source, selected)])),
  };
}
