import { qualified } from "../db/quote.js";
import type { StageContext } from "../stage.js";
import { deferredPass, type Pass } from "./passes.js";
import type { PartsPool } from "./partsPool.js";
import type { Mismatch } from "./rebuildDocuments.js";
import { idRanges, keptEntriesSql, storedPartsQuery } from "./storedPartsQuery.js";

export interface Rebuild {
  readonly pool: PartsPool;
  readonly pass: Pass;
  /** Place of the pass in `planPasses`. */
  readonly index: number;
  /** Only parts whose `original` entries wait for the set rules: write those entries. */
  readonly decide: boolean;
}

/** Rebuilds all documents of a pass from what stands in the tables and hands each mismatch to `report`. */
export async function runRebuild(
  { database, model, progress, signal }: StageContext,
  { pool, pass: whole, index, decide }: Rebuild,
  report: (mismatches: readonly Mismatch[]) => void,
): Promise<void> {
  const pass = decide ? deferredPass(whole) : whole;
  if (pass === undefined || pass.transforms.every(({ transform }) => transform.moves.length === 0)) return;
  await database.run(keptEntriesSql(pass));
  progress.start(`rebuild ${pass.table}`, await database.count(`SELECT count(*) FROM ${qualified("raw", pass.table)}`), "rows");
  for (const range of await idRanges(database, model, pass)) {
    for await (const [lines = []] of database.columns(storedPartsQuery(model, pass, range))) {
      signal.throwIfAborted();
      await pool.submit({ kind: "rebuild", pass: index, decide, lines: lines.filter((line) => line !== null) }, ({ mismatches = [] }) => {
        report(mismatches);
        progress.advance(lines.length);
      });
    }
  }
  await pool.drain();
  progress.finish();
}
