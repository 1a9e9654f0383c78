import type { StageContext } from "../stage.js";
import { copyStoredParts } from "./copyStoredParts.js";
import type { PartsPool } from "./partsPool.js";
import type { Pass } from "./passes.js";
import type { Mismatch } from "./rebuildDocuments.js";
import { documentRanges, keptEntriesSql, type Selection } from "./storedPartsQuery.js";

export interface Rebuild {
  readonly pool: PartsPool;
  readonly passes: readonly Pass[];
  readonly documents: Selection;
  /** Write an `original` entry for each field that does not come back, and report only what does not come back even so. */
  readonly decide: boolean;
  /** For files on their way to the workers. */
  readonly directory: string;
}

/** Rebuilds documents from what stands in the tables and hands each mismatch to `report`. */
export async function runRebuild(
  context: StageContext,
  rebuild: Rebuild,
  report: (mismatches: readonly Mismatch[]) => void,
): Promise<void> {
  for (const [index, pass] of rebuild.passes.entries()) {
    if (pass.transforms.some(({ transform }) => transform.moves.length > 0))
      await rebuildPass(context, rebuild, pass, index, report);
  }
  await rebuild.pool.drain();
}

async function rebuildPass(
  { database, model, progress, signal }: StageContext,
  { pool, documents, decide, directory }: Rebuild,
  pass: Pass,
  index: number,
  report: (mismatches: readonly Mismatch[]) => void,
): Promise<void> {
  await database.run(keptEntriesSql(pass));
  const ranges = await documentRanges(database, model, pass, documents);
  const total = ranges.reduce((sum, { ids }) => sum + ids, 0);
  progress.start(`rebuild ${pass.table}`, total, "rows");
  for (const [number, range] of ranges.entries()) {
    signal.throwIfAborted();
    const prefix = `rebuild-${index}-${number}`;
    const copied = await copyStoredParts(database, model, pass, range, documents, directory, prefix);
    await pool.submit({ kind: "rebuild", pass: index, decide, files: copied.files }, ({ mismatches = [] }) => {
      report(mismatches);
      progress.advance(copied.documents);
    });
  }
  progress.finish();
}
