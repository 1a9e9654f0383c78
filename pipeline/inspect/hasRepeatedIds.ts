import type { Database } from "../db/database.js";
import { literal } from "../db/quote.js";

/** Whether a file of ids, one a line, holds one twice. */
export async function hasRepeatedIds(database: Database, idsPath: string): Promise<boolean> {
  const repeated = await database.count(`
    SELECT count(*) FROM (
      SELECT id
      FROM read_csv(${literal(idsPath)}, header = false, auto_detect = false, delim = ',', quote = '', escape = '',
        columns = {'id': 'VARCHAR'})
      GROUP BY id HAVING count(*) > 1
      LIMIT 1
    )`);
  return repeated > 0;
}
