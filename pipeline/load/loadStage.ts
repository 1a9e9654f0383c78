/** archive → raw: every document of every table, and which ones do not fit the model. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Archive, openArchive } from "../convexFormat/archive.js";
import type { Database } from "../db/database.js";
import { inTransaction } from "../db/inTransaction.js";
import { qualified } from "../db/quote.js";
import { UnnestError } from "../errors.js";
import type { Stage, StageContext, StageOutcome } from "../stage.js";
import { checkIds } from "./checkIds.js";
import { describeFloatArrays, describeSnapshot, describeTables, numberTables } from "./describeSnapshot.js";
import { type Ingested, type Ingestion, ingestTable } from "./ingestTable.js";
import { LineSpool } from "./lineSpool.js";
import { listRepeatedKeys } from "./listRepeatedKeys.js";
import { createRawTable, isSmall, planRawTables, type RawTable } from "./rawTable.js";
import { reasonOf } from "./reasonOf.js";
import { recognizeModel } from "./recognizeModel.js";
import { refuseRewrittenNumbers } from "./rewrittenNumbers.js";
import { ingestSmallTables } from "./smallTables.js";
import { validateDocuments } from "./validateDocuments.js";

export const loadStage: Stage = {
  name: "load",
  title: "reads every table of the snapshot into the run's database",
  reads: [],
  writes: [
    "raw",
    "legacy",
    "meta.snapshot",
    "meta.tables",
    "meta.table_numbers",
    "meta.float_arrays",
    "meta.repeated_keys",
    "meta.misfits",
  ],
  run: load,
};

async function load(context: StageContext): Promise<StageOutcome> {
  const { database, options, model, paths } = context;
  const archive = await openArchive(options.snapshot);
  const spool = join(paths.spool, "load");
  try {
    const tables = planRawTables(archive.tables, model);
    if (!tables.some((table) => table.archive !== null && table.model?.role === "existing")) {
      throw new UnnestError("NO_MODEL_TABLES", "none of the model's tables is in the snapshot", { file: archive.path });
    }
    await mkdir(spool, { recursive: true, mode: 0o700 });
    await database.run(
      "CREATE SCHEMA IF NOT EXISTS raw; CREATE SCHEMA IF NOT EXISTS legacy; CREATE SCHEMA IF NOT EXISTS meta",
    );
    // Compressing would take longer than all else together, and what is written here is read a few times at most.
    await database.run("SET force_compression = 'uncompressed'");
    // A transaction of more bytes than these goes straight into the file, not first into the log and then into the file; the bytes are an
    // estimate that counts a text as 16, however long it is.
    await database.run("SET auto_checkpoint_skip_wal_threshold = 1000; SET checkpoint_threshold = '1KB'");
    const loaded: Loaded = { archive, tables, spool, rows: new Map() };
    await inTransaction(database, () => ingest(context, loaded));
    await inTransaction(database, () => finish(context, loaded));
    await database.run("CHECKPOINT");
    return {
      rows: [...loaded.rows.values()].reduce((sum, { documents }) => sum + documents, 0),
      bytes: archive.tables.reduce((sum, table) => sum + table.bytes, 0),
    };
  } finally {
    await database.run("RESET force_compression; RESET auto_checkpoint_skip_wal_threshold; RESET checkpoint_threshold");
    await rm(spool, { recursive: true, force: true });
    await archive.close();
  }
}

interface Loaded {
  readonly archive: Archive;
  readonly tables: readonly RawTable[];
  /** Folder for short-lived files. */
  readonly spool: string;
  /** Tables that the archive holds. */
  readonly rows: Map<RawTable, Ingested>;
}

async function ingest({ database, progress, signal }: StageContext, loaded: Loaded): Promise<void> {
  const { archive, spool } = loaded;
  // The hash is taken beside the tables: DuckDB leaves Node's own thread idle most of the time.
  const sha256 = archive.sha256();
  sha256.catch(() => undefined);
  const bytes = archive.tables.reduce((sum, table) => sum + table.bytes, 0);
  progress.start("documents", bytes, "bytes");
  const onChunk = (amount: number): void => {
    progress.advance(amount);
    signal.throwIfAborted();
  };
  const repeatedKeys = await LineSpool.create(join(spool, "repeatedKeys.jsonl"));
  const ingestion = { database, folder: join(spool, "chunks"), onChunk, repeatedKeys };
  try {
    await ingestTables(ingestion, signal, loaded);
  } finally {
    await repeatedKeys.close();
  }
  progress.finish();
  await listRepeatedKeys(database, repeatedKeys);
  await describeSnapshot(database, archive, await sha256);
}

async function ingestTables(ingestion: Ingestion, signal: AbortSignal, { tables, rows }: Loaded): Promise<void> {
  for (const table of tables) {
    signal.throwIfAborted();
    if (isSmall(table)) continue;
    await createRawTable(ingestion.database, table);
    if (table.archive === null) continue;
    try {
      rows.set(table, await ingestTable(table, table.archive, ingestion));
      await checkIds(ingestion.database, table);
    } catch (error) {
      throw await reasonOf(error, table.archive);
    }
  }
  for (const [table, found] of await ingestSmallTables(tables.filter(isSmall), ingestion)) rows.set(table, found);
}

async function finish(context: StageContext, loaded: Loaded): Promise<void> {
  const { database, model } = context;
  const { archive, tables, spool, rows } = loaded;
  for (const table of tables) {
    // Only now, with the rows committed, does `rowid` count them.
    if (table.archive !== null && !isSmall(table) && rows.get(table)?.documents !== 0)
      await database.run(`UPDATE ${table.sql} SET _line = rowid + 1`);
  }
  await describeTables(database, tables, rows);
  await describeFloatArrays(database, rows);
  await numberTables(database, archive, model);
  for (const table of tables) await refuseRewrittenNumbers(database, table);
  // A look at a few columns, before every document of what may be another application's is validated.
  await recognizeModel(database, model, tables, archive.path);
  await validateDocuments(context, tables, rows, spool);
  await createLegacyViews(database, tables);
}

async function createLegacyViews(database: Database, tables: readonly RawTable[]): Promise<void> {
  for (const { name, sql, model } of tables) {
    if (model?.role !== "existing") continue;
    await database.run(`CREATE VIEW ${qualified("legacy", name)} AS SELECT * FROM ${sql} WHERE _fault IS NULL`);
  }
}
