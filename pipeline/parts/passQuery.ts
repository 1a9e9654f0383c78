/**
 * The query that feeds a pass: one JSON text a document, `{"d":{fields},"l":{slot: document|null},"m":{slot: {id: document}}}`, built in DuckDB so that
 * JavaScript sees only the columns a rule reads, one string a document.
 */
import { identifier, literal, qualified } from "../db/quote.js";
import { concatenated, fieldJson, objectJson, objectPieces } from "../model/rawColumns.js";
import type { ColumnModel, Model } from "../model/types.js";
import { documentBytes } from "./documentBytes.js";
import type { Pass, PassLookup } from "./passes.js";
import { triggers } from "./passes.js";

const raw = (table: string): string => qualified("raw", table);

/** Documents by their place in the archive's file, both ends included; the first is 1. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Columns of a raw table by name; `_storage` and tables without a model have none but the system fields. */
function column(model: Model, table: string, field: string): Pick<ColumnModel, "name" | "sqlType"> {
  const found = model.has(table) ? model.table(table).columns.find(({ name }) => name === field) : undefined;
  return found ?? { name: field, sqlType: "JSON" };
}

/** `"_id":…,"_creationTime":…` and the fields that are present, as JSON text of the document under `alias`, in pieces. */
function documentPieces(
  model: Model,
  table: string,
  fields: readonly string[],
  alias: string,
  more: readonly [string, string][] = [],
): readonly string[] {
  return objectPieces([
    ["_id", fieldJsonOfSystem("_id", alias)],
    ["_creationTime", fieldJsonOfSystem("_creationTime", alias)],
    ...fields.map((name): [string, string] => [name, fieldJson(column(model, table, name), alias)]),
    ...more,
  ]);
}

function fieldJsonOfSystem(name: "_id" | "_creationTime", alias: string): string {
  return `CAST(to_json(${alias}.${identifier(name)}) AS VARCHAR)`;
}

/** The id that a single reference holds, as VARCHAR; NULL where it is no string. */
function referenceSql(model: Model, pass: Pass, lookup: PassLookup): string {
  const [head, field] = lookup.via.split(".");
  if (head === undefined) throw new TypeError(`lookup without a reference in pass ${pass.table}`);
  const from = pass.lookups.find(({ slot }) => field !== undefined && slot === head);
  if (from === undefined && field !== undefined)
    return `json_extract_string(d.${identifier(head)}, ${literal(`$.${JSON.stringify(field)}`)})`;
  const [table, alias, name] = from === undefined ? [pass.table, "d", head] : [from.table, from.slot, field ?? ""];
  const { sqlType } = column(model, table, name);
  const reference = `${alias}.${identifier(name)}`;
  return sqlType === "VARCHAR" ? reference : `json_extract_string(${reference}, '$')`;
}

function lookupJson(model: Model, lookup: PassLookup): string {
  const index: [string, string][] =
    lookup.firstIndexOf === undefined
      ? []
      : [
          [
            "_index",
            `CAST(list_position(json_extract_string(${lookup.slot}.${identifier(lookup.firstIndexOf)}, '$[*]'), d._id) - 1 AS DOUBLE)::VARCHAR`,
          ],
        ];
  return `CASE WHEN ${lookup.slot}._id IS NULL THEN 'null' ELSE ${concatenated(documentPieces(model, lookup.table, lookup.fields, lookup.slot, index))} END`;
}

const inRange = (line: string, { first, last }: LineRange): string => `${line} BETWEEN ${first} AND ${last}`;

/** `WITH` part: for a lookup along an array, the found documents of each source document as one JSON object. */
function manyCte(model: Model, pass: Pass, lookup: PassLookup, range: LineRange, weighed: boolean): string {
  const [array = "", path = ""] = lookup.via.split("[]");
  const jsonPath = path === "" ? "$[*]" : `$[*]${path}`;
  const document = documentPieces(model, lookup.table, lookup.fields, "t");
  const bytes = weighed ? `, sum(${documentBytes(model, lookup.table, "t")}) AS bytes` : "";
  return `${identifier(`many_${lookup.slot}`)} AS (
  SELECT line, '{' || string_agg(${concatenated(["to_json(id)", "':'", ...document])}, ',') || '}' AS found${bytes}
  FROM (SELECT DISTINCT _line AS line, unnest(json_extract_string(${identifier(array)}, ${literal(jsonPath)})) AS id
        FROM ${raw(pass.table)} WHERE ${identifier(array)} IS NOT NULL AND ${inRange("_line", range)}) AS ids
  JOIN ${raw(lookup.table)} AS t ON t._id = ids.id
  GROUP BY line)`;
}

/** System tables are left out: no deployment reads them for a part. */
function weights(model: Model, pass: Pass, lookups: readonly PassLookup[]): string {
  const weighed = lookups.filter(({ table }) => model.has(table));
  const bytes = ({ slot, table, many }: PassLookup): string =>
    many ? `${identifier(`many_${slot}`)}.bytes` : documentBytes(model, table, slot);
  return objectJson([
    ["d", floatText(documentBytes(model, pass.table, "d"))],
    ...weighed.map((lookup): [string, string] => [lookup.slot, floatText(bytes(lookup))]),
  ]);
}

/** A number as the export writes a Float64. */
const floatText = (integer: string): string => `CAST(${integer} AS VARCHAR) || '.0'`;

/**
 * The query of a pass. Values come as they stand in the document, whether or not they fit a typed column.
 *
 * @param range documents to take
 * @param hasTable whether the raw table of that name exists; a lookup into one that does not finds nothing
 * @param weighed with `"s":{"d":bytes, slot: bytes}` a document: about what Convex counts for it, and for what it looks up
 */
export function passQuery(
  model: Model,
  pass: Pass,
  hasTable: (table: string) => boolean,
  range: LineRange,
  weighed = false,
): string {
  const lookups = pass.lookups.filter(({ table }) => hasTable(table));
  const single = lookups.filter(({ many }) => !many);
  const many = lookups.filter((lookup) => lookup.many);
  const line = [
    `'{"d":'`,
    ...documentPieces(model, pass.table, pass.fields, "d"),
    `',"l":'`,
    objectJson(single.map((lookup): [string, string] => [lookup.slot, lookupJson(model, lookup)])),
    `',"m":'`,
    objectJson(many.map(({ slot }): [string, string] => [slot, `${identifier(`many_${slot}`)}.found`])),
    ...(weighed ? [`',"s":'`, weights(model, pass, lookups)] : []),
    "'}'",
  ];
  const joins = [
    ...single.map(
      (lookup) =>
        `LEFT JOIN ${raw(lookup.table)} AS ${lookup.slot} ON ${lookup.slot}._id = ${referenceSql(model, pass, lookup)}`,
    ),
    ...many.map(
      ({ slot }) => `LEFT JOIN ${identifier(`many_${slot}`)} ON ${identifier(`many_${slot}`)}.line = d._line`,
    ),
  ];
  const present = triggers(pass).map((field) => `(${fieldJson(column(model, pass.table, field), "d")}) IS NOT NULL`);
  return [
    many.length > 0 ? `WITH ${many.map((lookup) => manyCte(model, pass, lookup, range, weighed)).join(",\n")}` : "",
    `SELECT ${concatenated(line)}`,
    `FROM ${raw(pass.table)} AS d`,
    ...joins,
    `WHERE ${inRange("d._line", range)}${present.length > 0 ? ` AND (${present.join(" OR ")})` : ""}`,
  ].join("\n");
}
