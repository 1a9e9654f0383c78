import { identifier } from "../db/quote.js";
import type { ColumnModel } from "./types.js";

/**
 * A field's bytes in Convex's count, without the field's name, as SQL; NULL in a row where the field is absent.
 *
 * @param column as quoted SQL; the column's own name when it is left out
 * @returns null for JSON, which SQL cannot measure: `valueSize` does, value by value
 */
export function columnSize({ name, sqlType }: ColumnModel, column = identifier(name)): string | null {
  if (sqlType === "VARCHAR") return `2 + strlen(${column})`;
  if (sqlType === "DOUBLE" || sqlType === "BIGINT") return `CASE WHEN ${column} IS NOT NULL THEN 9 END`;
  if (sqlType === "BOOLEAN") return `CASE WHEN ${column} IS NOT NULL THEN 1 END`;
  return null;
}
