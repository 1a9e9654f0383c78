import type { Database } from "./database.js";

/**
 * Streams a query whose columns are all VARCHAR, row by row; memory does not grow with the result. Nothing else may run on the
 * connection meanwhile. Throws StreamCutOff.
 */
export async function* streamRows(database: Database, sql: string): AsyncGenerator<readonly (string | null)[]> {
  for await (const columns of database.columns(sql))
    for (let row = 0; row < (columns[0]?.length ?? 0); row++) yield columns.map((cells) => cells[row] ?? null);
}
