/** Runs every pass through the parts pool and brings what the workers wrote into the database. */
import { join } from "node:path";
import { inTransaction } from "../db/inTransaction.js";
import { lineRanges, rawTables } from "../parts/lineRanges.js";
import type { PartsAnswer } from "../parts/partsJob.js";
import type { PartsPool } from "../parts/partsPool.js";
import type { Pass } from "../parts/passes.js";
import { passQuery } from "../parts/passQuery.js";
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
