import { transforms } from "../../transforms/index.js";
import type { Database } from "../db/database.js";
import { literal, qualified } from "../db/quote.js";

/** Where comparisons put what they find, before it is known which of it is drift. */
export const foundDrift = "found_drift";

const columns = `phase VARCHAR, part VARCHAR, "table" VARCHAR, document_id VARCHAR, reason VARCHAR`;

/** Empties it. */
export async function startDrift(database: Database): Promise<void> {
  await database.run(`CREATE OR REPLACE TEMP TABLE ${foundDrift} (${columns})`);
}

/**
 * Writes `delta.parts`: what was found, each part and reason once, in order. Parts that wait for a job of the deployment are no drift,
 * set-aside documents were not mapped here, so that nothing can be said of them.
 *
 * @returns how many parts wait
 */
export async function writeDrift(database: Database): Promise<number> {
  const isWaiting = `EXISTS (
    SELECT 1 FROM raw.unnestJobs AS j WHERE j."table" = f."table" AND j.documentId = f.document_id AND j.kind = f.part)`;
  const tables = [...new Set(transforms.map(({ table }) => table))];
  const setAside = tables.map(
    (table) => `SELECT ${literal(table)} AS "table", _id FROM ${qualified("raw", table)} WHERE _fault IS NOT NULL`,
  );
  await database.run(
    `CREATE OR REPLACE TABLE delta.parts AS
     SELECT DISTINCT f.* FROM ${foundDrift} AS f
     WHERE NOT ${isWaiting} AND NOT EXISTS (
       SELECT 1 FROM (${setAside.join(" UNION ALL ")}) AS a WHERE a."table" = f."table" AND a._id = f.document_id)
     ORDER BY ALL`,
  );
  const waiting = await database.count(
    `SELECT count(*) FROM (SELECT DISTINCT part, document_id FROM ${foundDrift} AS f WHERE ${isWaiting})`,
  );
  await database.run(`DROP TABLE ${foundDrift}`);
  return waiting;
}
