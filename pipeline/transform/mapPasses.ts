/** Runs every pass through the parts pool and brings what the workers wrote into the database. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { addTally, emptyTally } from "../../transforms/index.js";
import type { Database } from "../db/database.js";
import { literal, qualified } from "../db/quote.js";
import { createTableSql } from "../model/createTableSql.js";
import type { TableModel } from "../model/types.js";
import { ingest } from "../parts/ingest.js";
import type { MovedSizes, Tallies } from "../parts/mapDocuments.js";
import type { PartsPool } from "../parts/partsPool.js";
import type { Pass } from "../parts/passes.js";
import { type LineRange, passQuery } from "../parts/passQuery.js";
import { createRelationSql, entityReferences, relationColumns, stagingColumns } from "../parts/relations.js";
import type { StageContext } from "../stage.js";

/** Mapped rows can go straight to `normal` unless an id in them, or their own, is settled only after the set rules. */
export async function isDirect({ database, model }: StageContext, table: TableModel): Promise<boolean> {
  if (entityReferences(model, table).length > 0) return false;
  return !(await hasRows(database, table.name));
}

/** Does the snapshot's own table of that name hold rows? */
export async function hasRows(database: Database, table: string): Promise<boolean> {
  return (await database.count(`SELECT count(*) FROM (SELECT 1 FROM ${qualified("raw", table)} LIMIT 1)`)) > 0;
}

/** What mapping counted. */
export interface MappingCounts {
  /** By `part element`. */
  readonly tallies: Tallies;
  /** By table. */
  readonly moved: Record<string, MovedSizes>;
}

/**
 * Maps all passes.
 * @param directory for files on their way to the workers
 */
export async function mapPasses(
  context: StageContext,
  passes: readonly Pass[],
  pool: PartsPool,
  directory: string,
): Promise<MappingCounts> {
  const { database, model, progress, signal } = context;
  const rawTables = new Set(
    (
      await database.rows<{ name: string }>("SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = 'raw'")
    ).map(({ name }) => name),
  );
  const counts: MappingCounts = { tallies: {}, moved: {} };
  for (const [index, pass] of passes.entries()) {
    const { documents, ranges } = await lineRanges(database, pass.table);
    progress.start(`map ${pass.table}`, documents, "rows");
    for (const range of ranges) {
      signal.throwIfAborted();
      const file = join(directory, `pass-${index}-${range.first}.jsonl`);
      const rows = await database.copyLines(
        passQuery(model, pass, (table) => rawTables.has(table), range),
        file,
      );
      const advance = () => progress.advance(range.last - range.first + 1);
      if (rows > 0) await pool.submit({ kind: "map", pass: index, file }, advance);
      else advance();
    }
    await ingestFlushed(context, pool, counts);
    progress.finish();
  }
  return counts;
}

/** Bytes of documents a range holds, about: what two workers hold in memory at a time, and what the spool holds on disk. */
const rangeBytes = 64 << 20;

/** A table's documents in ranges of about equal weight. */
async function lineRanges(
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

/** Brings the workers' files into the database and adds what they counted to `counts`. */
export async function ingestFlushed(context: StageContext, pool: PartsPool, counts: MappingCounts): Promise<void> {
  const { database, model } = context;
  const files = new Map<string, string[]>();
  for (const answer of await pool.flush()) {
    for (const [relation, file] of Object.entries(answer.files ?? {}))
      files.set(relation, [...(files.get(relation) ?? []), file]);
    for (const [key, tally] of Object.entries(answer.tallies ?? {})) {
      counts.tallies[key] ??= emptyTally();
      addTally(counts.tallies[key], tally);
    }
    for (const [table, { documents, bytes }] of Object.entries(answer.moved ?? {})) {
      const sum = counts.moved[table] ?? { documents: 0, bytes: 0 };
      counts.moved[table] = { documents: sum.documents + documents, bytes: sum.bytes + bytes };
    }
  }
  for (const [relation, paths] of [...files].sort()) {
    const [schema = "", name = ""] = relation.split(".");
    if (schema === "staging" && model.has(name) && (await isDirect(context, model.table(name)))) {
      await ingest(database, "normal", name, stagingColumns(model, model.table(name)), paths);
    } else {
      await ingest(database, schema, name, relationColumns(model, relation), paths);
    }
    for (const path of paths) rmSync(path);
  }
}

/** Creates the empty tables that mapping fills. */
export async function createRelations(context: StageContext, relations: readonly string[]): Promise<void> {
  const { database, model } = context;
  for (const schema of ["normal", "ledger", "staging"]) {
    await database.run(`DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema}`);
  }
  for (const table of model.normalized) await database.run(createTableSql(table, "normal"));
  for (const relation of relations) await database.run(createRelationSql(model, relation));
}
