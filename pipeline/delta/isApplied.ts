import { countInvalidItems } from "../batches/countInvalidItems.js";
import type { Database } from "../db/database.js";

/** Has `import --delta` sent every batch it planned from this delta, and the deployment taken every item? */
export async function isApplied(database: Database): Promise<boolean> {
  const planned = await database.count(
    "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'import' AND table_name = 'batches'",
  );
  if (planned === 0) return false;
  const batches = await database.count("SELECT count(*) FROM import.batches");
  return (
    batches > 0 &&
    (await database.count("SELECT count(*) FROM import.batches WHERE state NOT IN ('done', 'split')")) === 0 &&
    (await countInvalidItems(database)) === 0
  );
}
