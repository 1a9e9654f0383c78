import { createReadStream, rmSync } from "node:fs";
import { join } from "node:path";
import type { StageContext } from "../stage.js";

/** Bytes read at a time. */
const readBytes = 1 << 20;

/** A file that is being filled, and how many lines it gets. */
interface Filling {
  readonly file: string;
  readonly rows: Promise<number>;
}

/**
 * The lines of queries, one behind the other, by way of files: DuckDB sorts and writes them far faster than JavaScript would take them
 * one by one. While one file is read, and its lines are compressed, the next is filled.
 *
 * @param count is told how many lines each query has
 */
export async function* queryLines(
  { database, paths, signal }: StageContext,
  queries: readonly string[],
  count: (rows: number) => void,
): AsyncGenerator<Buffer> {
  const fill = (index: number): Filling | undefined => {
    const query = queries[index];
    if (query === undefined) return undefined;
    // Two files are in use at a time.
    const file = join(paths.spool, `package-${index % 2}.jsonl`);
    const rows = database.copyLines(query, file);
    // A failure is reported when its turn comes; until then it is not unhandled.
    rows.catch(() => undefined);
    return { file, rows };
  };
  let next = fill(0);
  try {
    for (let index = 1; next !== undefined; index++) {
      signal.throwIfAborted();
      const { file, rows } = next;
      count(await rows);
      next = fill(index);
      for await (const chunk of createReadStream(file, { highWaterMark: readBytes })) {
        signal.throwIfAborted();
        yield chunk as Buffer;
      }
      rmSync(file);
    }
  } finally {
    await next?.rows.catch(() => undefined);
    for (const index of [0, 1]) rmSync(join(paths.spool, `package-${index}.jsonl`), { force: true });
  }
}
