import { join } from "node:path";
import type { Database } from "../db/database.js";
import type { Model } from "../model/types.js";
import type { IdRange } from "./idRanges.js";
import type { Pass } from "./passes.js";
import type { StoredFiles } from "./storedLine.js";
import { type Selection, storedPartsQueries } from "./storedPartsQuery.js";

/**
 * Writes the stored parts of a range to files that `readStoredLines` reads. Needs `keptEntriesSql`.
 *
 * @param prefix of the files' names in `directory`
 * @returns the files, and how many documents they hold
 */
export async function copyStoredParts(
  database: Database,
  model: Model,
  pass: Pass,
  range: IdRange,
  selection: Selection,
  directory: string,
  prefix: string,
): Promise<{ readonly files: StoredFiles; readonly documents: number }> {
  const queries = storedPartsQueries(model, pass, range, selection);
  const rows: Record<string, string> = {};
  for (const [table, query] of Object.entries(queries.rows)) {
    const file = join(directory, `${prefix}-rows-${table}.jsonl`);
    await database.copyLines(query, file);
    rows[table] = file;
  }
  const file = join(directory, `${prefix}.jsonl`);
  const documents = await database.copyLines(queries.documents, file);
  return { files: { documents: file, rows }, documents };
}
