import { basename } from "node:path";
import type { PlannedCorrections } from "../batches/corrections.js";
import { isProving, type SnapshotPhase } from "../batches/snapshotPhases.js";

import { qualified } from "../db/quote.js";
import type { StageContext } from "../stage.js";
import { type DeltaReport, deltaReport } from "./deltaReport.js";

/** Ids shown of the parts that have one reason. */
const sampled = 5;

export interface Compared {
  readonly phases: readonly SnapshotPhase[];
  readonly waiting: number;
  readonly corrections: readonly PlannedCorrections[];
}

/** Counts what `delta.parts` and `delta.duplicates` hold. */
export async function summarize(
  { database, model, options }: StageContext,
  { phases, waiting, corrections }: Compared,
): Promise<DeltaReport> {
  const parts = await database.rows<{ phase: string; part: string; reason: string; parts: string; sample: string[] }>(
    `SELECT phase, part, reason, count(*) AS parts, list(document_id ORDER BY document_id)[:${sampled}] AS sample
     FROM delta.parts GROUP BY ALL ORDER BY ALL`,
  );
  const drifted = await database.rows<{ phase: string; parts: string }>(
    "SELECT phase, count(*) AS parts FROM (SELECT DISTINCT phase, part, document_id FROM delta.parts) GROUP BY phase",
  );
  const duplicates = await database.rows<{ phase: string; table: string; keys: string }>(
    `SELECT phase, "table", count(*) AS keys FROM delta.duplicates GROUP BY ALL ORDER BY ALL`,
  );
  const lacking = corrections.filter(({ keys }) => keys > 0);
  const driftOf = new Map(drifted.map(({ phase, parts: count }) => [phase, Number(count)]));
  const rows = new Map<string, number>();
  for (const { name, phase } of model.normalized) {
    const stored = await database.count(`SELECT count(*) FROM ${qualified("raw", name)}`);
    rows.set(phase ?? "", (rows.get(phase ?? "") ?? 0) + stored);
  }
  return deltaReport.parse({
    snapshot: {
      name: basename(options.snapshot),
      sha256: await database.value<string>("SELECT sha256 FROM meta.snapshot"),
    },
    driftFree: parts.length + duplicates.length + lacking.length === 0,
    phases: phases.map((one) => ({
      phase: one.phase,
      step: one.step,
      epoch: one.epoch,
      compared: isProving(one),
      backfilled: one.backfilled,
      rows: isProving(one) ? (rows.get(one.phase) ?? 0) : 0,
      drifted: driftOf.get(one.phase) ?? 0,
    })),
    parts: parts.map((row) => ({ ...row, parts: Number(row.parts) })),
    duplicates: duplicates.map((row) => ({ ...row, keys: Number(row.keys) })),
    corrections: lacking,
    waiting,
  });
}
