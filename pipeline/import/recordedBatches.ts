import { z } from "zod";
import type { Database } from "../db/database.js";
import { literal, qualified } from "../db/quote.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import { type RetryOptions, withRetries } from "../remote/withRetries.js";
import { planSchema } from "./planTables.js";

/** Ids of one call; the function looks at no more. */
const idsACall = 200;

const batches = qualified(planSchema, "batches");

/**
 * Asks the deployment which of a phase's batches it has on record, and plans those anew that it has not: what was done is counted there.
 *
 * @returns how many are recorded, and how many were not
 * @throws CallFailure
 */
export async function countRecorded(
  database: Database,
  remote: Pick<RemoteDeployment, "query">,
  { phase, epoch }: { readonly phase: string; readonly epoch: number },
  retries: RetryOptions,
): Promise<{ readonly recorded: number; readonly missing: number }> {
  // A correction that a newer snapshot superseded was done by none.
  const rows = await database.rows<{ number: string; batchId: string }>(
    `SELECT number, batchId FROM ${batches} WHERE phase = ${literal(phase)} AND state = 'done' AND answer <> '{"superseded":true}' ORDER BY number`,
  );
  const missing: string[] = [];
  for (let at = 0; at < rows.length; at += idsACall) {
    const some = rows.slice(at, at + idsACall);
    const args = { migrationId: phase, epoch, batchIds: some.map(({ batchId }) => batchId) };
    const answer = z.array(z.boolean()).length(some.length);
    const found = await withRetries(() => remote.query("recordedBatches", args, answer), retries);
    missing.push(...some.filter((_, place) => found[place] !== true).map(({ number }) => number));
  }
  if (missing.length > 0)
    await database.run(
      `UPDATE ${batches} SET state = 'planned', answer = NULL WHERE number IN (${missing.map((number) => literal(Number(number))).join(", ")})`,
    );
  return { recorded: rows.length - missing.length, missing: missing.length };
}
