/**
 * Gives every old document back from what now stands in the tables. What the rows do not give back gets an `original` entry; the
 * documents that got one are rebuilt once more, from the ledger as it was stored. What still differs is `meta.rebuild_offenders`.
 */
import { literal } from "../db/quote.js";
import type { PartsPool } from "../parts/partsPool.js";
import type { Pass } from "../parts/passes.js";
import { type Mismatch, offenderOf } from "../parts/rebuildDocuments.js";
import { runRebuild } from "../parts/runRebuild.js";
import type { StageContext } from "../stage.js";
import { ingestFlushed, type MappingCounts } from "./mapPasses.js";

export async function proveRebuild(
  context: StageContext,
  passes: readonly Pass[],
  pool: PartsPool,
  counts: MappingCounts,
  directory: string,
): Promise<void> {
  const { database } = context;
  await database.run(`CREATE OR REPLACE TABLE meta.rebuild_offenders ("table" VARCHAR, _id VARCHAR, detail VARCHAR)`);
  const offenders = new Map<string, Mismatch>();
  const report = (mismatches: readonly Mismatch[]): void => {
    for (const mismatch of mismatches) offenders.set(`${mismatch.documentId} ${mismatch.field}`, mismatch);
  };
  await runRebuild(context, { pool, passes, documents: "all", decide: true, directory }, report);
  await ingestFlushed(context, pool, counts);
  await runRebuild(context, { pool, passes, documents: "withOriginals", decide: false, directory }, report);
  for (const mismatch of offenders.values()) {
    const { table, _id, detail } = offenderOf(mismatch);
    await database.run(`INSERT INTO meta.rebuild_offenders VALUES (${[table, _id, detail].map(literal).join(", ")})`);
  }
}
