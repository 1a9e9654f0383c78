import type { Database } from "../db/database.js";
import { literal } from "../db/quote.js";

/**
 * How many items of batches that are done the deployment could not take, by the answers that `import.batches` keeps: it has no rows of
 * them, however often the import is started.
 *
 * @param phase null for all
 */
export async function countInvalidItems(database: Database, phase: string | null = null): Promise<number> {
  const ofPhase = phase === null ? "" : `AND phase = ${literal(phase)}`;
  return await database.count(
    `SELECT coalesce(sum(len(list_filter(from_json(answer -> '$.outcomes', '["VARCHAR"]'), lambda outcome: outcome = 'invalid'))), 0)
     FROM import.batches WHERE state = 'done' ${ofPhase}`,
  );
}
