/** One table from the archive into its raw table. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ArchiveTable } from "../convexFormat/archive.js";
import type { Database } from "../db/database.js";
import { documentRowsSql, linesSource } from "./documentRows.js";
import { oneAhead } from "./oneAhead.js";
import type { RawTable } from "./rawTable.js";
import { rereadDocuments } from "./rereadDocuments.js";
import { type DocumentChunk, spoolDocuments, UnreadableLine } from "./spoolDocuments.js";

interface Ingestion {
  readonly database: Database;
  /** A folder for chunk files; it is removed in the end. */
  readonly folder: string;
  /** Called after each chunk with its bytes in the archive; may throw to stop. */
  readonly onChunk: (bytes: number) => void;
}

/**
 * Fills an empty raw table: while DuckDB takes one chunk apart, the next one is read from the archive. `_line` stays empty, and `_fault` is
 * NULL or a mark, until `finishTable` has run.
 * @returns documents
 * Throws UnreadableLine where the lines that went in are not the rows that came out, and DuckDB's errors.
 */
export async function ingestTable(table: RawTable, archive: ArchiveTable, ingestion: Ingestion): Promise<number> {
  const { database, folder } = ingestion;
  let rows = 0;
  try {
    for await (const chunk of oneAhead(spoolDocuments(archive, folder, liftedNames(table)))) {
      await ingestChunk(database, table, chunk);
      await rm(chunk.path);
      rows += chunk.lines;
      ingestion.onChunk(chunk.archiveBytes);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return rows;
}

/**
 * Numbers the rows and reads those again that need it. Their transaction must be committed: before that, `rowid` does not count them.
 * @param folder that exists
 * Throws what `rereadDocuments` throws.
 */
export async function finishTable(database: Database, table: RawTable, folder: string): Promise<void> {
  await database.run(`UPDATE ${table.sql} SET _line = rowid + 1`);
  await rereadDocuments(database, table, join(folder, "reread.jsonl"), liftedNames(table));
}

function liftedNames(table: RawTable): string[] {
  return table.columns.filter(({ isFloatArray }) => isFloatArray).map(({ name }) => name);
}

async function ingestChunk(database: Database, table: RawTable, chunk: DocumentChunk): Promise<void> {
  const source = `(SELECT NULL AS number, json FROM ${linesSource(chunk.path, chunk.longest)})`;
  const inserted = await database.count(`INSERT INTO ${table.sql} ${documentRowsSql(table.columns, source, false)}`);
  if (inserted !== chunk.lines) throw new UnreadableLine("lines and documents differ in number");
}
