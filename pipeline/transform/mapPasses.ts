/** Runs every pass through the parts pool and brings what the workers wrote into the database. */
import { join } from "node:path";
import type { Database } from "../db/database.js";
import { inTransaction } from "../db/inTransaction.js";
import { literal } from "../db/quote.js";
import type { PartsAnswer } from "../parts/partsJob.js";
import type { PartsPool } from "../parts/partsPool.js";
import type { Pass } from "../parts/passes.js";
import { type LineRange, passQuery } from "../parts/passQuery.js";
import type { StageContext } from "../stage.js";
import { emptyCounts, ingestAnswers, type MappingCounts } from "./ingestAnswers.js";

/**
 * Maps all passes. While workers map some ranges, DuckDB takes in what they wrote of the ranges before and copies the next one out.
 *
 * @param direct tables whose mapped rows are final
 * @param directory for files on their way to the workers
 */
export async function mapPasses(
  context: StageContext,
  passes: readonly Pass[],
  direct: ReadonlySet<string>,
  pool: PartsPool,
  directory: string,
): Promise<MappingCounts> {
  const { database, model, progress, signal } = context;
  const hasTable = await rawTables(database);
  const work = await Promise.all(passes.map(async (pass) => ({ pass, ...(await lineRanges(database, pass.table)) })));
  const counts = emptyCounts();
  const answers: PartsAnswer[] = [];
  const takeIn = () => ingestAnswers(context, answers.splice(0), direct, counts);
  progress.start(
    "map documents",
    work.reduce((sum, { documents }) => sum + documents, 0),
    "rows",
  );
  await inTransaction(database, async () => {
    for (const [index, { pass, ranges }] of work.entries()) {
      for (const range of ranges) {
        signal.throwIfAborted();
        const file = join(directory, `pass-${index}-${range.first}.jsonl`);
        const rows = await database.copyLines(passQuery(model, pass, hasTable, range), file);
        const advance = () => progress.advance(range.last - range.first + 1);
        if (rows === 0) advance();
        else {
          await pool.submit({ kind: "map", pass: index, file }, (answer) => {
            answers.push(answer);
            advance();
          });
        }
        await takeIn();
      }
    }
    while (await pool.next()) await takeIn();
    await takeIn();
  });
  progress.finish();
  return counts;
}

async function rawTables(database: Database): Promise<(table: string) => boolean> {
  const tables = await database.rows<{ name: string }>(
    "SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = 'raw'",
  );
  const names = new Set(tables.map(({ name }) => name));
  return (table) => names.has(table);
}

/** Bytes of documents a range holds, about: what two workers hold in memory at a time, and what the spool holds on disk. */
const rangeBytes = 32 << 20;

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
