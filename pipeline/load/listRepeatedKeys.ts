import type { Database } from "../db/database.js";
import type { DocumentLine } from "./documentLine.js";
import type { LineSpool } from "./lineSpool.js";
import type { RawTable } from "./rawTable.js";

/** Spools what a table's lines have shown since they were asked last, so that none of it stays in memory. */
export async function spoolRepeatedKeys(spool: LineSpool, { name }: RawTable, line: DocumentLine): Promise<void> {
  for (const { _id, path } of line.takeRepeatedKeys()) await spool.write(JSON.stringify({ table: name, _id, path }));
}

/**
 * Fills `meta.repeated_keys`: a row for each key that stands more than once in its object. `path` is a JSON Pointer; the value that counts is
 * the last one, which Convex's importer takes too (serde_json's map).
 * @param spool closed
 */
export async function listRepeatedKeys(database: Database, spool: LineSpool): Promise<void> {
  await database.run('CREATE OR REPLACE TABLE meta.repeated_keys ("table" VARCHAR, _id VARCHAR, path VARCHAR)');
  if (spool.count === 0) return;
  const columns = ["table", "_id", "path"].map((name) => `json_extract_string(json, '/${name}')`);
  await database.run(`INSERT INTO meta.repeated_keys SELECT ${columns.join(", ")} FROM ${spool.source()}`);
}
