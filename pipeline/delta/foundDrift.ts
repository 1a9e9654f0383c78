import type { Database } from "../db/database.js";

/** Where comparisons put what they find, before it is known which of it is drift. */
export const foundDrift = "found_drift";

const columns = `phase VARCHAR, part VARCHAR, "table" VARCHAR, document_id VARCHAR, reason VARCHAR`;

/** Empties it. */
export async function startDrift(database: Database): Promise<void> {
  await database.run(`CREATE OR REPLACE TEMP TABLE ${foundDrift} (${columns})`);
}

/**
 * Writes `delta.parts`: what was found, each part and reason once, in order. Parts that wait for a job of the deployment are no
 * drift.
 *
 * @returns how many parts wait
 */
export async function writeDrift(database: Database): Promise<number> {
  const isWaiting = `EXISTS (
    SELECT 1 FROM (
      SELECT "table", kind, documentId FROM raw.unnestJobs
      UNION ALL SELECT "table", kind, unnest(from_json(documentIds, '["VARCHAR"]')) FROM raw.unnestJobs) AS j
    WHERE j."table" = f."table" AND j.documentId = f.document_id AND j.kind = f.part)`;
  await database.run(
    `CREATE OR REPLACE TABLE delta.parts AS
     SELECT DISTINCT f.* FROM ${foundDrift} AS f
     WHERE NOT ${isWaiting} ORDER BY ALL`,
  );
  const waiting = await database.count(
    `SELECT count(*) FROM (SELECT DISTINCT part, document_id FROM ${foundDrift} AS f WHERE ${isWaiting})`,
  );
  await database.run(`DROP TABLE ${foundDrift}`);
  return waiting;
}
