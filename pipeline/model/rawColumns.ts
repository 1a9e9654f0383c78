/**
 * SQL expressions that give stored values back as JSON text in the `"uniform"` export encoding. The layout of the raw
 * tables (typed columns, and `_extra` for everything that has none) is the load stage's; see `pipeline/load`.
 */
import { identifier, literal } from "../db/quote.js";
import type { SqlType } from "./types.js";

/** `column`, or `alias.column`, quoted. */
function reference(name: string, alias: string | undefined): string {
  return alias === undefined ? identifier(name) : `${alias}.${identifier(name)}`;
}

/** A value of a SQL expression as JSON text; SQL NULL stays NULL. A DOUBLE keeps its fraction, so that it stays a Float64. */
export function valueJson(sqlType: SqlType, expression: string): string {
  switch (sqlType) {
    case "JSON":
      return `CAST(${expression} AS VARCHAR)`;
    case "VARCHAR":
      return `CAST(to_json(${expression}) AS VARCHAR)`;
    case "DOUBLE":
      return (
        `CASE WHEN isfinite(${expression}) THEN CAST(to_json(${expression}) AS VARCHAR)` +
        ` WHEN isnan(${expression}) THEN '{"$float":"AAAAAAAA+H8="}'` +
        ` WHEN ${expression} > 0 THEN '{"$float":"AAAAAAAA8H8="}'` +
        ` WHEN ${expression} < 0 THEN '{"$float":"AAAAAAAA8P8="}' END`
      );
    case "BIGINT":
    case "BOOLEAN":
      return `CAST(${expression} AS VARCHAR)`;
  }
}

/** A field of a raw document as JSON text: from its column, else from `_extra`; NULL when the document lacks it. */
export function fieldJson(column: { readonly name: string; readonly sqlType: SqlType }, alias?: string): string {
  const stored = valueJson(column.sqlType, reference(column.name, alias));
  const pointer = `/${column.name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return `coalesce(${stored}, CAST(json_extract(${reference("_extra", alias)}, ${literal(pointer)}) AS VARCHAR))`;
}

/**
 * A JSON object as text from (key, JSON text or NULL) pairs; pairs that are NULL are left out. Keys in the order given.
 */
export function objectJson(pairs: readonly (readonly [key: string, text: string])[]): string {
  if (pairs.length === 0) return "'{}'";
  const members = pairs.map(([key, text]) => `${literal(`${JSON.stringify(key)}:`)} || (${text})`);
  return `'{' || concat_ws(',', ${members.join(", ")}) || '}'`;
}

/**
 * The same object as arguments of SQL's `concat`, which copies every text once where a chain of `||` copies it once a link. The first
 * pair must be there in every row.
 */
export function objectPieces(pairs: readonly (readonly [key: string, text: string])[]): readonly string[] {
  const members = pairs.flatMap(([key, text], index) => {
    const name = `${JSON.stringify(key)}:`;
    return index === 0
      ? [literal(`{${name}`), text]
      : [`CASE WHEN (${text}) IS NOT NULL THEN ${literal(`,${name}`)} END`, text];
  });
  return [...members, "'}'"];
}

/** One text of these pieces; those that are NULL are left out. */
export function concatenated(pieces: readonly string[]): string {
  return `concat(${pieces.join(", ")})`;
}

/** Bytes that a field takes in its document's line of an export: the text of its value, its quoted name, a colon and a comma; 0 where it is NULL. */
export function fieldBytes(name: string, text: string): string {
  return `coalesce(strlen(${text}) + ${name.length + 4}, 0)`;
}
