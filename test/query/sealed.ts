import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Database } from "../../pipeline/db/database.js";
import type { ResultStream } from "../../pipeline/db/resultStream.js";
import { ask } from "../../pipeline/query/ask.js";

export interface Sealed {
  readonly database: Database;
  readonly folder: string;
  close(): Promise<void>;
}

/** A small database file with the table `main.things`, opened read-only and sealed as `unnest query` does it. */
export async function sealedDatabase(memoryLimit: number = 256 << 20): Promise<Sealed> {
  const folder = await mkdtemp(join(tmpdir(), "unnest-query-"));
  const path = join(folder, "work.duckdb");
  const options = { threads: 2, memoryLimit, spillDirectory: join(folder, "spill") };
  const made = await Database.open(path, options);
  await made.run("CREATE TABLE things AS SELECT i::BIGINT AS id, 'thing ' || i AS name FROM range(3) AS t(i)");
  made.close();
  const database = await Database.open(path, { ...options, readOnly: true });
  await database.seal();
  const close = async (): Promise<void> => {
    database.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { database, folder, close };
}

/** Asks without limits that matter. */
export const askNow = (
  { database }: Pick<Sealed, "database">,
  sql: string,
  limits: { timeout?: number; signal?: AbortSignal } = {},
): Promise<ResultStream> =>
  ask(
    database,
    { sql, parameters: {} },
    { timeout: limits.timeout ?? 30_000, signal: limits.signal ?? new AbortController().signal },
  );

/** All rows of an answer. */
export async function allRows({ batches }: ResultStream): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for await (const batch of batches) rows.push(...batch.map((row) => [...row]));
  return rows;
}

/** All pieces of an output, one behind the other. */
export async function joined(
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(Buffer.from(piece));
  return Buffer.concat(all);
}
