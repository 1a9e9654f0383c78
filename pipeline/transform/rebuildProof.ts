/**
 * Gives every old document back from what now stands in the tables. What the rows do not give back gets an `original` entry; the
 * documents that got one are rebuilt once more, from the ledger as it was stored. What still differs is `meta.rebuild_offenders`.
 */
import { literal } from "../db/quote.js";
import type { PartsAnswer } from "../parts/partsJob.js";
import type { PartsPool } from "../parts/partsPool.js";
import type { RebuildPass } from "../parts/passes.js";
import { type Mismatch, offenderOf } from "../parts/rebuildDocuments.js";
import { runRebuild } from "../parts/runRebuild.js";
import type { StageContext } from "../stage.js";
import { emptyCounts, ingestAnswers } from "./ingestAnswers.js";

export class RebuildProof {
  private readonly offenders = new Map<string, Mismatch>();
  private readonly answers: PartsAnswer[] = [];

  /** @param directory for files on their way to the workers */
  constructor(
    private readonly pool: PartsPool,
    private readonly directory: string,
  ) {}

  /** Rebuilds every document of these passes, whose rows must be final. Writes nothing yet. */
  async decide(context: StageContext, passes: readonly RebuildPass[]): Promise<void> {
    const { pool, directory } = this;
    await runRebuild(context, { pool, passes, documents: "all", decide: true, directory }, (answer) => {
      this.report(answer);
      this.answers.push(answer);
    });
  }

  /** Writes the entries that were decided on, proves them, and writes down what does not come back even so. */
  async conclude(context: StageContext, passes: readonly RebuildPass[]): Promise<void> {
    const { pool, directory, answers, offenders } = this;
    const { database } = context;
    await ingestAnswers(context, answers.splice(0), new Set(), emptyCounts());
    await runRebuild(context, { pool, passes, documents: "withOriginals", decide: false, directory }, (answer) => {
      this.report(answer);
    });
    await database.run(`CREATE OR REPLACE TABLE meta.rebuild_offenders ("table" VARCHAR, _id VARCHAR, detail VARCHAR)`);
    for (const mismatch of offenders.values()) {
      const { table, _id, detail } = offenderOf(mismatch);
      await database.run(`INSERT INTO meta.rebuild_offenders VALUES (${[table, _id, detail].map(literal).join(", ")})`);
    }
  }

  private report({ mismatches }: PartsAnswer): void {
    for (const mismatch of mismatches) this.offenders.set(`${mismatch.documentId} ${mismatch.field}`, mismatch);
  }
}
