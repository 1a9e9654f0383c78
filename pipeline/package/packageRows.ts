import { identifier, qualified } from "../db/quote.js";
import { concatenated, objectPieces, valueJson } from "../model/rawColumns.js";
import type { TableModel } from "../model/types.js";
import { type IdRange, inRange } from "../parts/idRanges.js";

/** A normalized row as a line of the export: keys sorted bytewise, every float with its fraction; in pieces. */
function rowPieces(table: TableModel, alias: string): readonly string[] {
  const columns = [
    { name: "_creationTime", sqlType: "DOUBLE" as const },
    { name: "_id", sqlType: "VARCHAR" as const },
    ...table.columns,
  ];
  const sorted = [...columns].sort((left, right) => (left.name < right.name ? -1 : 1));
  return objectPieces(
    sorted.map(({ name, sqlType }): [string, string] => [name, valueJson(sqlType, `${alias}.${identifier(name)}`)]),
  );
}

/** The lines of a table in the package, in id order: rows the snapshot does not hold yet. */
export function packageRowsSql(table: TableModel, range: IdRange): string {
  return `SELECT ${concatenated(rowPieces(table, "t"))} FROM ${qualified("normal", table.name)} AS t
    WHERE ${inRange("t._id", range)} AND NOT EXISTS (SELECT 1 FROM ${qualified("raw", table.name)} AS e WHERE e._id = t._id) ORDER BY t._id`;
}
