import { qualified } from "../db/quote.js";
import type { StageContext } from "../stage.js";
import type { Pass } from "./passes.js";
import type { PartsPool } from "./partsPool.js";
import type { Mismatch } from "./rebuildDocuments.js";
import { idRanges, keptEntriesSql, type Selection, storedPartsQuery } from "./storedPartsQuery.js";

export interface Rebuild {
  readonly pool: PartsPool;
  readonly passes: readonly Pass[];
  readonly documents: Selection;
  /** Write an `original` entry for each field that does not come back, and report only what does not come back even so. */
  readonly decide: boolean;
}

/** Rebuilds documents from what stands in the tables and hands each mismatch to `report`. */
export async function runRebuild(context: StageContext, rebuild: Rebuild, report: (mismatches: readonly Mismatch[]) => void): Promise<void> {
  for (const [index, pass] of rebuild.passes.entries()) {
    if (pass.transforms.some(({ transform }) => transform.moves.length > 0)) await rebuildPass(context, rebuild, pass, index, report);
  }
  await rebuild.pool.drain();
}

async function rebuildPass(
  { database, model, progress, signal }: StageContext,
  { pool, documents, decide }: Rebuild,
  pass: Pass,
  index: number,
  report: (mismatches: readonly Mismatch[]) => void,
): Promise<void> {
  await database.run(keptEntriesSql(pass));
  progress.start(`rebuild ${pass.table}`, await database.count(`SELECT count(*) FROM ${qualified("raw", pass.table)}`), "rows");
  for (const range of await idRanges(database, model, pass, documents)) {
    for await (const [lines = []] of database.columns(storedPartsQuery(model, pass, range, documents))) {
      signal.throwIfAborted();
      await pool.submit({ kind: "rebuild", pass: index, decide, lines: lines.filter((line) => line !== null) }, ({ mismatches = [] }) => {
        report(mismatches);
        progress.advance(lines.length);
      });
    }
  }
  progress.finish();
}
