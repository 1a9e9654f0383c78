/** The one query that takes documents apart: from JSON lines to the columns of a raw table. */
import { identifier, literal } from "../db/quote.js";
import type { SqlType } from "../model/types.js";
import type { RawColumn } from "./columns.js";
import { liftedKey } from "./liftArrays.js";

/** Marks in `_fault` until `rereadDocuments` and `judgeDocuments` have come by; no reason looks like them. */
export const mark = {
  /** Something DuckDB's lenient reader may have misread; the document's whole line stands in `_extra`. */
  reread: "?",
  /** It holds what SQL cannot judge. */
  judge: "!",
} as const;

const notANumber = literal('{"$float":"AAAAAAAA+H8="}');
const infinity = literal('{"$float":"AAAAAAAA8H8="}');
const minusInfinity = literal('{"$float":"AAAAAAAA8P8="}');

const text = String.raw`"(?:[^"\\]|\\.)*"`;
/** Integers that a double and an Int64 both hold; `-0` is missing, since DuckDB makes an integer of it. */
const number = String.raw`-?[1-9][0-9]{0,17}|0|-?[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]{1,2}|-?[0-9]+\.[0-9]+`;

/**
 * Tokens that DuckDB's reader and a strict one take alike. The reader also lets `NaN`, `Infinity` and a comma before `}` or `]` pass, and
 * makes 0 of -0. Syntax apart from that is checked already.
 */
const strictTokens = `(?s)(?:[{}\\[\\]: \\t]|,[ \\t]*(?:[{\\[]|${text}|true|false|null|${number})|${text}|true|false|null|${number})*`;

/** A number, outside of a string or (seldom) in one, that is none or may be out of range. */
const oddNumber = String.raw`(?:^|[\[:,])-?(?:(?i:nan|inf(?:inity)?)(?:$|[,}\]])|[0-9][0-9.]*[eE]\+?[0-9]{3}|[0-9]{40})`;

/** Digits of an Int64 at most; a longer integer is a Float64. */
const int64Digits = 18;

/** Whether the JSON text of a field is one of its column's type; false or NULL where it is not. */
function fits(sqlType: SqlType, json: string, isStrict: boolean): string {
  const asText = `CAST(${json} AS VARCHAR)`;
  switch (sqlType) {
    case "VARCHAR":
      return `starts_with(${asText}, '"')`;
    case "DOUBLE": {
      // Only a number casts; one without fraction and exponent is an Int64.
      const isFloat = `(try_cast(${asText} AS DOUBLE) IS NOT NULL AND regexp_matches(${asText}, '[.eE]'))`;
      return isStrict ? `(${isFloat} OR ${asText} IN (${notANumber}, ${infinity}, ${minusInfinity}))` : isFloat;
    }
    case "BIGINT":
      return `(try_cast(${asText} AS BIGINT) IS NOT NULL AND NOT regexp_matches(${asText}, '[.eE]'))`;
    case "BOOLEAN":
      return `${asText} IN ('true', 'false')`;
    case "JSON":
      return `${json} IS NOT NULL`;
  }
}

/** The value of a JSON text that fits. */
function stored(sqlType: SqlType, json: string, isStrict: boolean): string {
  const asText = `CAST(${json} AS VARCHAR)`;
  switch (sqlType) {
    case "VARCHAR":
      return `${json} ->> '$'`;
    case "DOUBLE": {
      const finite = `try_cast(${asText} AS DOUBLE)`;
      return isStrict
        ? `CASE ${asText} WHEN ${notANumber} THEN 'nan'::DOUBLE WHEN ${infinity} THEN 'inf'::DOUBLE WHEN ${minusInfinity} THEN '-inf'::DOUBLE ELSE ${finite} END`
        : finite;
    }
    case "BIGINT":
      return `try_cast(${asText} AS BIGINT)`;
    case "BOOLEAN":
      return `${asText} = 'true'`;
    case "JSON":
      return json;
  }
}

/** A struct of one JSON text a field, for `json_transform`: DuckDB then parses a line once for all of them. */
function fieldTexts(columns: readonly RawColumn[]): string {
  const fields = columns.map(({ name }) => [name, "JSON"]);
  const lifted = columns.filter(({ isFloatArray }) => isFloatArray).map(({ name }) => [liftedKey(name), "VARCHAR"]);
  return literal(JSON.stringify(Object.fromEntries([...fields, ...lifted])));
}

/** Bytes that a member takes in a line beside its value: quotes, colon and comma included. */
const overhead = (key: string): number => Buffer.byteLength(JSON.stringify(key)) + 2;

const any = (conditions: readonly string[]): string => (conditions.length === 0 ? "false" : conditions.join(" OR "));

/**
 * A query that gives, for each line of `source`: `number`, the columns, `_extra` and `_fault` (NULL or a mark), in that order.
 *
 * A line that is as DuckDB would write it itself, and exactly as long as its fields together, holds nothing else: no unknown field, no
 * second spelling, no repeated key. All others are looked at more closely.
 *
 * @param source a FROM item with columns `json` and `number` (any number that is to stand before the columns)
 * @param isStrict the lines were read strictly and written canonically before: none is marked to be read again
 */
export function documentRowsSql(columns: readonly RawColumn[], source: string, isStrict: boolean): string {
  const floatArrays = columns.filter(({ isFloatArray }) => isFloatArray);
  const field = (name: string): string => `f.${identifier(name)}`;
  const fitting = (i: number): string => identifier(`fits${i}`);
  const value = (i: number): string => identifier(`value${i}`);
  const liftedOf = (i: number): string => identifier(`lifted${i}`);
  const liftedAt = (name: string): number => floatArrays.findIndex((column) => column.name === name);

  const parsed = `SELECT ${[
    "number, json",
    "CAST(json AS VARCHAR) AS line",
    `json_transform(json, ${fieldTexts(columns)}) AS f`,
    `CAST(json_transform(json, '"JSON"') AS VARCHAR) AS whole`,
  ].join(", ")} FROM ${source}`;

  const texts = `SELECT ${[
    "number, json, line, whole",
    ...columns.map(
      ({ name, sqlType }, i) =>
        `CASE WHEN ${fits(sqlType, field(name), isStrict)} THEN ${field(name)} END AS ${fitting(i)}`,
    ),
    ...columns.flatMap(({ name, sqlType }, i) =>
      sqlType === "DOUBLE" ? [`strlen(CAST(${field(name)} AS VARCHAR)) AS ${identifier(`length${i}`)}`] : [],
    ),
    ...floatArrays.map(({ name }, i) => `${field(liftedKey(name))} AS ${liftedOf(i)}`),
  ].join(", ")} FROM (${parsed})`;

  const lengths = [
    ...columns.map(({ name }, i) => `coalesce(strlen(CAST(${fitting(i)} AS VARCHAR)) + ${overhead(name)}, 0)`),
    ...floatArrays.map(({ name }, i) => `coalesce(strlen(${liftedOf(i)}) + ${overhead(liftedKey(name)) + 2}, 0)`),
  ];
  const values = `SELECT ${[
    "number, json, line, whole",
    `strlen(whole) <> 1 + ${lengths.join(" + ")} AS has_more`,
    ...columns.map(({ sqlType }, i) => `${stored(sqlType, fitting(i), isStrict)} AS ${value(i)}`),
    "COLUMNS('^(fits|length|lifted)[0-9]+$')",
  ].join(", ")} FROM (${texts})`;

  const kept = [
    ...columns.map(({ name }, i) => `CASE WHEN ${fitting(i)} IS NOT NULL THEN ${literal(name)} END`),
    ...floatArrays.map(({ name }) => literal(liftedKey(name))),
  ].join(", ");
  const extra =
    `list_transform(list_filter(map_entries(json_transform(json, '"MAP(VARCHAR, JSON)"')), lambda e: NOT list_contains([${kept}], e.key)),` +
    ` lambda e: CAST(to_json(e.key) AS VARCHAR) || ':' || coalesce(CAST(e.value AS VARCHAR), 'null'))`;

  const odd = (expression: string): string => `regexp_matches(CAST(${expression} AS VARCHAR), ${literal(oddNumber)})`;
  // A tag (or something that looks like one), a key that begins with an escape, or an odd number.
  const suspicious = (json: string): string =>
    `(contains(CAST(${json} AS VARCHAR), '{"$') OR contains(CAST(${json} AS VARCHAR), '{"\\') OR ${odd(json)})`;
  const reread = any([
    // CASE, unlike AND, leaves out what is not needed, and these take long.
    `CASE WHEN whole <> line THEN NOT regexp_full_match(line, ${literal(strictTokens)}) ELSE false END`,
    // A repeated key, or the like of the above in a field that has no column or does not fit it.
    `CASE WHEN has_more THEN len(json_keys(json)) <> len(list_distinct(json_keys(json))) OR ${suspicious("whole")} ELSE false END`,
    ...columns.flatMap(({ sqlType, isFloatArray }, i) => {
      if (sqlType === "JSON" && !isFloatArray) return [suspicious(fitting(i))];
      if (sqlType !== "DOUBLE") return [];
      const length = identifier(`length${i}`);
      return [`NOT isfinite(${value(i)})`, `(${fitting(i)} IS NULL AND ${length} > ${int64Digits})`];
    }),
  ]);
  // An array of floats is lifted; one that is not holds something else, or spells a number as exports do not.
  const judge = any(
    floatArrays.map(({ name }) => `${fitting(columns.findIndex((column) => column.name === name))} IS NOT NULL`),
  );

  const marked = `SELECT *, ${isStrict ? "false" : `coalesce(${reread}, false)`} AS is_odd, ${judge} AS is_judged FROM (${values})`;
  return `SELECT ${[
    "number",
    ...columns.map(({ name, isFloatArray }, i) =>
      isFloatArray ? `coalesce(${liftedOf(liftedAt(name))}, CAST(${value(i)} AS VARCHAR))` : value(i),
    ),
    `CASE WHEN is_odd THEN json WHEN has_more THEN nullif('{' || array_to_string(${extra}, ',') || '}', '{}') END`,
    `CASE WHEN is_odd THEN ${literal(mark.reread)} WHEN is_judged THEN ${literal(mark.judge)} END`,
  ].join(", ")} FROM (${marked})`;
}

/**
 * A FROM item of the lines in a file, with a column `json`.
 * @param longest bytes of the longest line
 */
export function linesSource(path: string, longest: number): string {
  // The reader's buffers are twice this; smaller ones give the threads more to share.
  const objectBytes = Math.max(2 << 20, longest + 1024);
  return `read_ndjson_objects(${literal(path)}, maximum_object_size = ${objectBytes})`;
}
