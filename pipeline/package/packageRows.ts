import type { Database } from "../db/database.js";
import { identifier, qualified } from "../db/quote.js";
import { concatenated, rowPieces } from "../model/rawColumns.js";
import type { TableModel } from "../model/types.js";
import { type IdRange, idRanges, inRange } from "../parts/idRanges.js";

/** Bytes of rows that one query puts in order, about: sorting a whole table would take memory that grows with it. */
const rangeBytes = 48 << 20;

/** A row's bytes beside its texts, about. */
const rowBytes = 500;

/** A table's rows in ranges that together, in order, are all of them in id order. */
export function packageRanges(database: Database, table: TableModel): Promise<readonly IdRange[]> {
  const texts = table.columns.filter(({ sqlType }) => sqlType === "VARCHAR" || sqlType === "JSON");
  const sizes = texts.map(({ name }) => `coalesce(strlen(CAST(${identifier(name)} AS VARCHAR)), 0)`);
  return idRanges(
    database,
    `SELECT _id AS id, ${[rowBytes, ...sizes].join(" + ")} AS weight FROM ${qualified("normal", table.name)}`,
    rangeBytes,
  );
}

/** The lines of a table in the package, in id order: rows the snapshot does not hold yet. */
export function packageRowsSql(table: TableModel, range: IdRange): string {
  return `SELECT ${concatenated(rowPieces(table, "t"))} FROM ${qualified("normal", table.name)} AS t
    WHERE ${inRange("t._id", range)} AND NOT EXISTS (SELECT 1 FROM ${qualified("raw", table.name)} AS e WHERE e._id = t._id) ORDER BY t._id`;
}
