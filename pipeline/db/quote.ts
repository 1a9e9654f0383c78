/** The one door into SQL for names and values: nothing from outside is pasted into a statement any other way. */

/** A quoted identifier; dots inside are part of the name. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A qualified name, `schema.table`, each part quoted. */
export function qualified(schema: string, table: string): string {
  return `${identifier(schema)}.${identifier(table)}`;
}

/** A value as a SQL literal: for places that take no bound parameter (paths of table functions, DDL). */
export function literal(value: string | number | boolean | null): string {
  if (value === null) return "NULL";
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : `'${value}'::DOUBLE`;
  if (typeof value === "boolean") return value ? "true" : "false";
  return `'${value.replaceAll("'", "''")}'`;
}

/** A list literal of strings. */
export function literalList(values: readonly string[]): string {
  return `[${values.map(literal).join(", ")}]`;
}
