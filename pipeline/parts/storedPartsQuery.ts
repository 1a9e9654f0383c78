/**
 * The query that feeds the rebuild of a pass: one JSON text a document with its old fields, its rows as they stand in the tables, and
 * what the ledger keeps of it. Documents are taken in ranges of ids, so that no aggregate grows with the table.
 */
import type { Database } from "../db/database.js";
import { identifier, literal, qualified } from "../db/quote.js";
import { fieldJson, objectJson, valueJson } from "../model/rawColumns.js";
import type { ColumnModel, Model, TableModel } from "../model/types.js";
import type { Pass } from "./passes.js";
import { triggers } from "./passes.js";
import { entityProperty } from "./storedLine.js";

/** Documents with moved fields that a range holds: enough for one file of a worker, few enough to stay in memory. */
export const rangeSize = 4_000;

export interface IdRange {
  /** Exclusive; null for none. */
  readonly after: string | null;
  /** Inclusive; null for none. */
  readonly upTo: string | null;
}

/** All documents, or only those for which the ledger holds an `original` entry. */
export type Selection = "all" | "withOriginals";

/** Cuts a pass's documents into ranges of ids. Needs `keptEntriesSql`. */
export async function idRanges(
  database: Database,
  model: Model,
  pass: Pass,
  documents: Selection,
): Promise<readonly IdRange[]> {
  if (documents === "withOriginals") {
    const some = await database.count("SELECT count(*) FROM kept_entries WHERE isOriginal");
    return some === 0 ? [] : [{ after: null, upTo: null }];
  }
  const rows = await database.rows<{ id: string }>(
    `SELECT _id AS id FROM (SELECT _id, row_number() OVER (ORDER BY _id) AS place FROM ${qualified("raw", pass.table)} AS d
       WHERE ${hasTrigger(model, pass)}) WHERE place % ${rangeSize} = 0 ORDER BY _id`,
  );
  const cuts = [null, ...rows.map(({ id }) => id), null];
  return cuts.slice(1).map((upTo, index) => ({ after: cuts[index] ?? null, upTo }));
}

function hasTrigger(model: Model, pass: Pass): string {
  const fields = triggers(pass);
  if (fields.length === 0) return "true";
  const columns = model.table(pass.table).columns.filter(({ name }) => fields.includes(name));
  return `(${columns.map((column) => `(${fieldJson(column, "d")}) IS NOT NULL`).join(" OR ")})`;
}

function inRange(expression: string, { after, upTo }: IdRange): string {
  const bounds = [
    ...(after === null ? [] : [`${expression} > ${literal(after)}`]),
    ...(upTo === null ? [] : [`${expression} <= ${literal(upTo)}`]),
  ];
  return bounds.length === 0 ? "true" : bounds.join(" AND ");
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

function storedJson(
  columns: readonly Pick<ColumnModel, "name" | "sqlType">[],
  alias: string,
  more: readonly [string, string][] = [],
): string {
  const system = [
    { name: "_id", sqlType: "VARCHAR" as const },
    { name: "_creationTime", sqlType: "DOUBLE" as const },
  ];
  return objectJson([
    ...[...system, ...columns].map(({ name, sqlType }): [string, string] => [
      name,
      valueJson(sqlType, `${alias}.${identifier(name)}`),
    ]),
    ...more,
  ]);
}

function rowsCte({ table, parent, entities }: RowSource, range: IdRange): string {
  const embedded = entities.map(({ table: entity }, index): [string, string] => [
    entityProperty(entity.name),
    `CASE WHEN e${index}._id IS NULL THEN 'null' ELSE ${storedJson(entity.columns, `e${index}`)} END`,
  ]);
  const joins = entities.map(
    ({ column, table: entity }, index) =>
      `LEFT JOIN ${qualified("normal", entity.name)} AS e${index} ON e${index}._id = t.${identifier(column)}`,
  );
  const parentColumn = `t.${identifier(parent)}`;
  return `${identifier(`rows_${table.name}`)} AS (
  SELECT ${parentColumn} AS parent, '[' || string_agg(${storedJson(table.columns, "t", embedded)}, ',') || ']' AS stored
  FROM ${qualified("normal", table.name)} AS t ${joins.join(" ")}
  WHERE ${inRange(parentColumn, range)} GROUP BY ALL)`;
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

/** The documents of a range that have moved fields or rows; set-aside documents are left out. Needs `keptEntriesSql`. */
export function storedPartsQuery(model: Model, pass: Pass, range: IdRange, documents: Selection): string {
  const sources = rowSources(model, pass);
  const columns = model.table(pass.table).columns.filter(({ name }) => pass.fields.includes(name));
  const system: readonly [string, string][] = [
    ["_id", "to_json(d._id)::VARCHAR"],
    ["_creationTime", valueJson("DOUBLE", "d._creationTime")],
  ];
  const rowsAlias = ({ table }: RowSource): string => identifier(`rows_${table.name}`);
  const line = [
    `'{"d":' || ${objectJson([...system, ...columns.map((column): [string, string] => [column.name, fieldJson(column, "d")])])}`,
    `',"r":' || ${objectJson(sources.map((source): [string, string] => [source.table.name, `${rowsAlias(source)}.stored`]))}`,
    `',"k":[' || coalesce(kept.entries, '') || ']}'`,
  ];
  const hasRows = sources.map((source) => `${rowsAlias(source)}.parent IS NOT NULL`);
  return [
    `WITH ${[
      ...sources.map((source) => rowsCte(source, range)),
      `kept AS (SELECT documentId, string_agg(entry, ',') AS entries FROM kept_entries WHERE ${inRange("documentId", range)} GROUP BY documentId)`,
    ].join(",\n")}`,
    `SELECT ${line.join(" || ")}`,
    `FROM ${qualified("raw", pass.table)} AS d`,
    ...sources.map((source) => `LEFT JOIN ${rowsAlias(source)} ON ${rowsAlias(source)}.parent = d._id`),
    "LEFT JOIN kept ON kept.documentId = d._id",
    `WHERE ${inRange("d._id", range)} AND d._fault IS NULL AND ${documents === "withOriginals" ? "d._id IN (SELECT documentId FROM kept_entries WHERE isOriginal)" : `(${[hasTrigger(model, pass), ...hasRows].join(" OR ")})`}`,
  ].join("\n");
}
