import { authorityOf, type Phase, phases, type Step } from "../../convex/schema/steps.js";
import { correctionPrefix } from "../../transforms/index.js";
import type { Database } from "../db/database.js";
import { literal } from "../db/quote.js";

/** How far a phase was when a snapshot was exported. */
export interface SnapshotPhase {
  readonly phase: Phase;
  /** `off` for one that was never switched on. */
  readonly step: Step;
  /** What everything sent under it carries; 0 for a phase that was never switched on. */
  readonly epoch: number;
  readonly authority: "old" | "new";
  /** How many correction batches of this phase and epoch the snapshot shows as applied. */
  readonly seen: number;
}

/**
 * Reads the phases off a loaded snapshot, in their order.
 *
 * @param database with `raw.migrationSwitches` and `raw.migrationBatches`, empty where the deployment had no such tables
 */
export async function snapshotPhases(database: Database): Promise<readonly SnapshotPhase[]> {
  const rows = await database.rows<{ phase: string; step: Step; epoch: number; seen: string }>(
    `SELECT s.migrationId AS phase, any_value(s.step) AS step, any_value(s.epoch) AS epoch, count(b.batchId) AS seen
     FROM raw.migrationSwitches AS s
     LEFT JOIN raw.migrationBatches AS b
       ON b.migrationId = s.migrationId AND b.epoch = s.epoch AND starts_with(b.batchId, ${literal(correctionPrefix)})
     WHERE s._fault IS NULL
     GROUP BY s.migrationId`,
  );
  const found = new Map(rows.map((row) => [row.phase, row]));
  return phases.map((phase) => {
    const { step = "off", epoch = 0, seen = "0" } = found.get(phase) ?? {};
    return { phase, step, epoch, authority: authorityOf(step), seen: Number(seen) };
  });
}

/** Is there something to import or to compare? Its rows follow from the live old documents, and dual-write is on. */
export function isFollowed({ step, authority }: Pick<SnapshotPhase, "step" | "authority">): boolean {
  return step !== "off" && authority === "old";
}
