/**
 * Tables without a model and of few bytes, of which an application may have thousands: their documents stand in one table together, filled
 * by few statements, and each of them is a view of its part. What they cost grows with their bytes, not with their number.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ArchiveTable } from "../convexFormat/archive.js";
import { literal, qualified } from "../db/quote.js";
import { IdOrder, isNoTime } from "./checkIds.js";
import { rawColumns } from "./columns.js";
import { DocumentLine } from "./documentLine.js";
import type { Ingested, Ingestion } from "./ingestTable.js";
import { spoolRepeatedKeys } from "./listRepeatedKeys.js";
import { type RawTable, sharedTable } from "./rawTable.js";
import { readerBuffer } from "./readerBuffer.js";
import { reasonOf } from "./reasonOf.js";
import { rowBlocks, UnreadableLine } from "./spoolDocuments.js";

const shared = qualified("raw", sharedTable);

/** Bytes of rows that go into the database by one statement. */
const batchBytes = 16 << 20;

/** `_table` is the table's place in the list. */
const columns = {
  _table: "UINTEGER",
  _line: "UBIGINT",
  _id: "VARCHAR",
  _creationTime: "DOUBLE",
  _extra: "JSON",
  _fault: "VARCHAR",
} as const;

/** A small table of the archive. */
interface SmallTable {
  readonly table: RawTable;
  readonly archive: ArchiveTable;
  readonly index: number;
  documents: number;
}

/** Rows on their way into the database, and the tables they are of. */
interface Batch {
  readonly pieces: Buffer[];
  readonly tables: Set<SmallTable>;
  bytes: number;
  lines: number;
  longest: number;
}

/**
 * Fills small tables, checks their ids and times, and makes a view of each; `_line` is filled.
 * Throws UnnestError as `diagnoseDocuments` does, with the table.
 */
export async function ingestSmallTables(
  tables: readonly RawTable[],
  ingestion: Ingestion,
): Promise<ReadonlyMap<RawTable, Ingested>> {
  const { database, folder } = ingestion;
  const small = tables.flatMap((table, index): SmallTable[] =>
    table.archive === null ? [] : [{ table, archive: table.archive, index, documents: 0 }],
  );
  if (small.length === 0) return new Map();
  await database.run(
    `CREATE TABLE ${shared} (${Object.entries(columns)
      .map((column) => column.join(" "))
      .join(", ")})`,
  );
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await fill(small, ingestion);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await checkDocuments(small, ingestion);
  const views = small.map(
    ({ table, index }) =>
      `CREATE VIEW ${table.sql} AS SELECT _line, _id, _creationTime, _extra, _fault FROM ${shared} WHERE _table = ${index}`,
  );
  await database.run(views.join(";\n"));
  return new Map(small.map(({ table, documents }) => [table, { documents, floatTallies: new Map() }]));
}

async function fill(tables: readonly SmallTable[], ingestion: Ingestion): Promise<void> {
  const line = new DocumentLine(rawColumns(null));
  let batch = emptyBatch();
  for (const small of tables) {
    try {
      for await (const rows of rowBlocks(small.archive, line)) {
        add(batch, small, rows.bytes);
        await spoolRepeatedKeys(ingestion.repeatedKeys, small.table, line);
        ingestion.onChunk(rows.archiveBytes);
      }
    } catch (error) {
      throw await reasonOf(error, small.archive);
    }
    if (batch.bytes < batchBytes) continue;
    await insert(batch, ingestion);
    batch = emptyBatch();
  }
  if (batch.lines > 0) await insert(batch, ingestion);
}

const emptyBatch = (): Batch => ({ pieces: [], tables: new Set(), bytes: 0, lines: 0, longest: 0 });

const newline = 10;
const closeBrace = 125;

/** Puts table and line number before the members of each row. */
function add(batch: Batch, small: SmallTable, rows: Buffer): void {
  batch.tables.add(small);
  for (let start = 0; start < rows.length; ) {
    const end = rows.indexOf(newline, start) + 1;
    const members = rows.subarray(start + 1, end);
    small.documents += 1;
    const own = `{"_table":${small.index},"_line":${small.documents}${members[0] === closeBrace ? "" : ","}`;
    batch.pieces.push(Buffer.from(own, "latin1"), members);
    batch.bytes += own.length + members.length;
    batch.longest = Math.max(batch.longest, own.length + members.length);
    batch.lines += 1;
    start = end;
  }
}

async function insert(batch: Batch, { database, folder }: Ingestion): Promise<void> {
  const path = join(folder, "small.jsonl");
  await writeFile(path, batch.pieces, { mode: 0o600 });
  const struct = Object.entries(columns).map(([name, type]) => `${literal(name)}: ${literal(type)}`);
  try {
    const inserted = await database.count(
      `INSERT INTO ${shared} BY NAME SELECT * FROM read_json(${literal(path)}, format = 'newline_delimited', ${readerBuffer(batch.longest)},
       columns = {${struct.join(", ")}})`,
    );
    if (inserted !== batch.lines) throw new UnreadableLine("lines and documents differ in number");
  } catch (error) {
    throw await firstReason(error, batch.tables);
  }
}

/** What `checkIds` looks at, of all of them at once. */
async function checkDocuments(tables: readonly SmallTable[], { database }: Ingestion): Promise<void> {
  const orders = tables.map(({ archive }) => new IdOrder(archive.tableNumber));
  for await (const [places = [], ids = []] of database.columns<string | number>(`SELECT _table, _id FROM ${shared}`)) {
    for (const [at, id] of ids.entries()) {
      const place = Number(places[at]);
      try {
        orders[place]?.next(id === null ? null : String(id));
      } catch (error) {
        throw await firstReason(error, tables.slice(place, place + 1));
      }
    }
  }
  const bad = await database.rows<{ place: number }>(
    `SELECT DISTINCT _table AS place FROM ${shared} WHERE ${isNoTime}
     UNION SELECT _table FROM ${shared} GROUP BY _table HAVING count(*) > count(DISTINCT _id) ORDER BY place`,
  );
  for (const { place } of bad)
    throw await firstReason(new UnreadableLine("an _id or a _creationTime is wrong"), tables.slice(place, place + 1));
}

/** The first table that explains an error; where none does, the error is the first's. */
async function firstReason(error: unknown, tables: Iterable<SmallTable>): Promise<unknown> {
  let first: unknown = error;
  for (const { archive } of tables) {
    const reason = await reasonOf(error, archive);
    if (reason.code !== "INTERNAL") return reason;
    if (first === error) first = reason;
  }
  return first;
}
