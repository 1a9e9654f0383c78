import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { StageContext } from "../stage.js";
import type { EnvironmentFacts } from "./environment.js";
import { PartsPool } from "./partsPool.js";

/** Below this many documents threads cost more than they give. */
const inlineDocuments = 5_000;

/**
 * Does some work with a pool of parts workers, which is closed in the end.
 *
 * @param name of the spool folder for files on their way to the workers and back; `work` gets its path
 */
export async function withPartsPool<Result>(
  { database, options, paths }: StageContext,
  facts: EnvironmentFacts,
  name: string,
  work: (pool: PartsPool, directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = join(paths.spool, name);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const documents = await database.count("SELECT coalesce(sum(rows), 0) FROM meta.tables");
  const threads = documents < inlineDocuments ? 0 : options.threads;
  const pool = new PartsPool({ options: options.with, facts, directory }, threads);
  try {
    return await work(pool, directory);
  } finally {
    await pool.close();
  }
}
