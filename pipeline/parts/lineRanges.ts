/** What a run over all documents of a table is cut into. */
import type { Database } from "../db/database.js";
import { literal } from "../db/quote.js";
import type { LineRange } from "./passQuery.js";

/** Which raw tables there are. */
export async function rawTables(database: Database): Promise<(table: string) => boolean> {
  const tables = await database.rows<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'raw'",
  );
  const names = new Set(tables.map(({ name }) => name));
  return (table) => names.has(table);
}

/** Bytes of documents a range holds, about: what two workers hold in memory at a time, and what the spool holds on disk. */
const rangeBytes = 32 << 20;

/** A table's documents in ranges of about equal weight. */
export async function lineRanges(
  database: Database,
  table: string,
): Promise<{ documents: number; ranges: readonly LineRange[] }> {
  const [sizes] = await database.rows<{ rows: string; bytes: string }>(
    `SELECT "rows", bytes FROM meta.tables WHERE component = '' AND name = ${literal(table)}`,
  );
  const documents = Number(sizes?.rows ?? 0);
  const step = Math.max(1_000, Math.ceil((documents * rangeBytes) / Math.max(1, Number(sizes?.bytes ?? 0))));
  const ranges: LineRange[] = [];
  for (let first = 1; first <= documents; first += step)
    ranges.push({ first, last: Math.min(documents, first + step - 1) });
  return { documents, ranges };
}
