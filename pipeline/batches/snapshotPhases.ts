import { authorityOf, type Phase, phases, type Step } from "../../convex/schema/steps.js";
import { correctionPrefix } from "../../transforms/index.js";
import type { Database } from "../db/database.js";
import { literal } from "../db/quote.js";

/** How far a phase was when a snapshot was exported. */
export interface SnapshotPhase {
  readonly phase: Phase;
  /** Of its switch, which tells deployments apart; null for a phase that was never switched on. */
  readonly switchId: string | null;
  /** `off` for one that was never switched on. */
  readonly step: Step;
  /** What everything sent under it carries; 0 for a phase that was never switched on. */
  readonly epoch: number;
  readonly authority: "old" | "new";
  /** Every batch of its import had its answer when the snapshot was exported. */
  readonly backfilled: boolean;
  /** How many correction batches of this phase and epoch the snapshot shows as applied. */
  readonly seen: number;
}

/**
 * Reads the phases off a loaded snapshot, in their order.
 *
 * @param database with `raw.migrationSwitches` and `raw.migrationBatches`, empty where the deployment had no such tables
 */
export async function snapshotPhases(database: Database): Promise<readonly SnapshotPhase[]> {
  const rows = await database.rows<Omit<SnapshotPhase, "authority" | "seen"> & { readonly seen: string }>(
    `SELECT s.migrationId AS phase, any_value(s._id) AS switchId, any_value(s.step) AS step, any_value(s.epoch) AS epoch,
       bool_and(s.backfilled) AS backfilled, count(b.batchId) AS seen
     FROM raw.migrationSwitches AS s
     LEFT JOIN raw.migrationBatches AS b
       ON b.migrationId = s.migrationId AND b.epoch = s.epoch AND starts_with(b.batchId, ${literal(correctionPrefix)})
     WHERE s._fault IS NULL
     GROUP BY s.migrationId`,
  );
  const found = new Map(rows.map((row) => [row.phase, row]));
  return phases.map((phase) => {
    const { switchId = null, step = "off", epoch = 0, backfilled = false, seen = "0" } = found.get(phase) ?? {};
    return { phase, switchId, step, epoch, authority: authorityOf(step), backfilled, seen: Number(seen) };
  });
}

/** Is there something to import or to compare? Its rows follow from the live old documents, and dual-write is on. */
export function isFollowed({ step, authority }: Pick<SnapshotPhase, "step" | "authority">): boolean {
  return step !== "off" && authority === "old";
}
