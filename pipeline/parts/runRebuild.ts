import type { StageContext } from "../stage.js";
import { copyStoredParts } from "./copyStoredParts.js";
import type { PartsAnswer } from "./partsJob.js";
import type { PartsPool } from "./partsPool.js";
import type { RebuildPass } from "./passes.js";
import { documentRanges, keptEntriesSql, type Selection } from "./storedPartsQuery.js";

export interface Rebuild {
  readonly pool: PartsPool;
  readonly passes: readonly RebuildPass[];
  readonly documents: Selection;
  /** Write an `original` entry for each field that does not come back, and report only what does not come back even so. */
  readonly decide: boolean;
  /** For files on their way to the workers. */
  readonly directory: string;
}

/** Rebuilds documents from what stands in the tables and hands on what is found. Nothing else may be asked of the pool meanwhile. */
export async function runRebuild(
  context: StageContext,
  rebuild: Rebuild,
  onAnswer: (answer: PartsAnswer) => void,
): Promise<void> {
  for (const pass of rebuild.passes) await rebuildPass(context, rebuild, pass, onAnswer);
  while (await rebuild.pool.next());
}

async function rebuildPass(
  { database, model, progress, signal }: StageContext,
  { pool, documents, decide, directory }: Rebuild,
  pass: RebuildPass,
  onAnswer: (answer: PartsAnswer) => void,
): Promise<void> {
  await database.run(keptEntriesSql(pass));
  const ranges = await documentRanges(database, model, pass, documents);
  const total = ranges.reduce((sum, { ids }) => sum + ids, 0);
  progress.start(`rebuild ${pass.table}`, total, "rows");
  for (const [number, range] of ranges.entries()) {
    signal.throwIfAborted();
    const prefix = `rebuild-${pass.place}-${number}`;
    const copied = await copyStoredParts(database, model, pass, range, documents, directory, prefix);
    await pool.submit({ kind: "rebuild", pass: pass.place, decide, files: copied.files }, (answer) => {
      onAnswer(answer);
      progress.advance(copied.documents);
    });
  }
  progress.finish();
}
