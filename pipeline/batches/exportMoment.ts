import type { Database } from "../db/database.js";
import { identifier, qualified } from "../db/quote.js";

/**
 * When a loaded export was taken, as well as it tells: the birth of its newest document, in ms since 1970. The deployment was at this
 * moment, or later, and has born nothing since.
 */
export async function exportMoment(database: Database): Promise<number> {
  const born = "_creationTime";
  const tables = await database.rows<{ name: string }>(
    `SELECT DISTINCT table_name AS name FROM duckdb_columns() WHERE schema_name = 'raw' AND column_name = '${born}' ORDER BY name`,
  );
  const newest = tables.map(({ name }) => `SELECT max(${identifier(born)}) AS newest FROM ${qualified("raw", name)}`);
  const moment = await database.value<number>(`SELECT coalesce(max(newest), 0) FROM (${newest.join(" UNION ALL ")})`);
  return Number(moment ?? 0);
}
