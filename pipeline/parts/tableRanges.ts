import type { Database } from "../db/database.js";
import { identifier } from "../db/quote.js";
import type { ColumnModel } from "../model/types.js";
import { idRanges, type WeighedRange } from "./idRanges.js";

/** Bytes of rows that one query puts in order, about: sorting a whole table would take memory that grows with it. */
const rangeBytes = 48 << 20;

/** A row's bytes beside its texts, about. */
const rowBytes = 500;

/** SQL expression: bytes of a row, about. */
export function rowWeight(columns: readonly Pick<ColumnModel, "name" | "sqlType">[]): string {
  const texts = columns.filter(({ sqlType }) => sqlType === "VARCHAR" || sqlType === "JSON");
  const sizes = texts.map(({ name }) => `coalesce(strlen(CAST(${identifier(name)} AS VARCHAR)), 0)`);
  return [rowBytes, ...sizes].join(" + ");
}

/**
 * A table's rows in ranges that together, in order, are all of them in id order.
 *
 * @param relation the table, qualified and quoted
 */
export function tableRanges(
  database: Database,
  relation: string,
  columns: readonly Pick<ColumnModel, "name" | "sqlType">[],
): Promise<readonly WeighedRange[]> {
  return idRanges(database, `SELECT _id AS id, ${rowWeight(columns)} AS weight FROM ${relation}`, rangeBytes);
}
