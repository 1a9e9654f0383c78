import type { Cell, ResultType } from "../../db/resultStream.js";

const integers: ReadonlySet<string> = new Set([
  ...["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"],
  ...["UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"],
]);

export const isInteger = ({ name }: ResultType): boolean => integers.has(name);

export const isNumber = (type: ResultType): boolean =>
  isInteger(type) || type.name === "DOUBLE" || type.name === "FLOAT" || type.name === "DECIMAL";

/** A value as a person reads it: texts as they are, lists and structs as JSON; NULL is the caller's. */
export function cellText(cell: Exclude<Cell, null>): string {
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}
