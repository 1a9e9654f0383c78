/** One table from the archive into its raw table. */
import { rm } from "node:fs/promises";
import type { ArchiveTable } from "../convexFormat/archive.js";
import type { Database } from "../db/database.js";
import { identifier, literal } from "../db/quote.js";
import { DocumentLine, type FloatTally } from "./documentLine.js";
import type { LineSpool } from "./lineSpool.js";
import { spoolRepeatedKeys } from "./listRepeatedKeys.js";
import { oneAhead } from "./oneAhead.js";
import { type RawTable, storedType } from "./rawTable.js";
import { readerBuffer } from "./readerBuffer.js";
import { type DocumentChunk, spoolDocuments, UnreadableLine } from "./spoolDocuments.js";

export interface Ingestion {
  readonly database: Database;
  /** A folder for chunk files; it is removed in the end. */
  readonly folder: string;
  /** Called after each chunk with its bytes in the archive; may throw to stop. */
  readonly onChunk: (bytes: number) => void;
  readonly repeatedKeys: LineSpool;
}

/** What a raw table was filled with. */
export interface Ingested {
  readonly documents: number;
  /** By column. */
  readonly floatTallies: ReadonlyMap<string, FloatTally>;
}

/**
 * Fills an empty raw table: while DuckDB takes one chunk apart, the next one is read from the archive. `_line` stays empty;
 * `_fault` is NULL or `validateMark`.
 * Throws UnreadableLine where the lines that went in are not the rows that came out, and DuckDB's errors.
 */
export async function ingestTable(table: RawTable, archive: ArchiveTable, ingestion: Ingestion): Promise<Ingested> {
  const { database, folder } = ingestion;
  const line = new DocumentLine(table.columns);
  let documents = 0;
  try {
    for await (const chunk of oneAhead(spoolDocuments(archive, folder, line))) {
      await ingestChunk(database, table, chunk);
      await rm(chunk.path);
      await spoolRepeatedKeys(ingestion.repeatedKeys, table, line);
      documents += chunk.lines;
      ingestion.onChunk(chunk.archiveBytes);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { documents, floatTallies: line.floatTallies };
}

async function ingestChunk(database: Database, table: RawTable, chunk: DocumentChunk): Promise<void> {
  const inserted = await database.count(
    `INSERT INTO ${table.sql} BY NAME SELECT ${selection(table)} FROM ${rowsSource(table, chunk)}`,
  );
  if (inserted !== chunk.lines) throw new UnreadableLine("lines and documents differ in number");
}

/** The columns of the file; an array of floats that came as a string without its brackets is given them back. */
function selection({ columns }: RawTable): string {
  const arrays = columns.filter(({ isFloatArray }) => isFloatArray).map(({ name }) => identifier(name));
  const whole = arrays.map(
    (name) => `CASE WHEN starts_with(${name}, '[') THEN ${name} ELSE '[' || ${name} || ']' END AS ${name}`,
  );
  return whole.length === 0 ? "*" : `* REPLACE (${whole.join(", ")})`;
}

/** The file as a table: every member of its lines has a column, of its type. */
function rowsSource({ columns }: RawTable, { path, longest }: DocumentChunk): string {
  const types = [
    ...columns.map((column) => [column.name, storedType(column)]),
    ["_extra", "JSON"],
    ["_fault", "VARCHAR"],
  ];
  const struct = types.map(([name = "", type = ""]) => `${literal(name)}: ${literal(type)}`).join(", ");
  return `read_json(${literal(path)}, format = 'newline_delimited', ${readerBuffer(longest)}, columns = {${struct}})`;
}
