import { authorityOf, type Phase, phases, type Step } from "../../convex/schema/steps.js";
import { correctionPrefix, type Transform, transforms } from "../../transforms/index.js";
import type { Database } from "../db/database.js";
import { literal, qualified } from "../db/quote.js";

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
  /** Its `deltasFrom`, by which the deployment tells whether the export has seen all that it must; null where it has none. */
  readonly deltasFrom: number | null;
  /**
   * `--with` this is what the run lacks: it mapped none of the phase's parts, though the snapshot holds documents of them. Null where it
   * lacks nothing. Of an application without such documents the phase's aggregates are all there is.
   */
  readonly optionNotRun: string | null;
  /** How many correction batches of this phase and epoch the snapshot shows as applied. */
  readonly seen: number;
}

/**
 * Reads the phases off a loaded snapshot, in their order.
 *
 * @param database with `raw.unnestSwitches` and `raw.unnestBatches`, empty where the deployment had no such tables
 * @param options optional parts of the model that the run mapped (`--with`)
 */
export async function snapshotPhases(
  database: Database,
  options: readonly string[],
): Promise<readonly SnapshotPhase[]> {
  type Row = Pick<SnapshotPhase, "phase" | "switchId" | "step" | "epoch" | "backfilled" | "deltasFrom"> & {
    readonly seen: string;
  };
  const rows = await database.rows<Row>(
    `SELECT s.migrationId AS phase, any_value(s._id) AS switchId, any_value(s.step) AS step, any_value(s.epoch) AS epoch,
       bool_and(s.backfilled) AS backfilled, any_value(s.deltasFrom) AS deltasFrom, count(b.batchId) AS seen
     FROM raw.unnestSwitches AS s
     LEFT JOIN raw.unnestBatches AS b
       ON b.migrationId = s.migrationId AND b.epoch = s.epoch AND starts_with(b.batchId, ${literal(correctionPrefix)})
     WHERE s._fault IS NULL
     GROUP BY s.migrationId`,
  );
  const found = new Map(rows.map((row) => [row.phase, row]));
  const notRun = await optionsNotRun(database, options);
  return phases.map((phase) => {
    const { switchId = null, step = "off", epoch = 0, backfilled = false, seen = "0" } = found.get(phase) ?? {};
    const { deltasFrom = null } = found.get(phase) ?? {};
    const optionNotRun = notRun.get(phase) ?? null;
    const live = { phase, switchId, step, epoch, authority: authorityOf(step), backfilled, deltasFrom };
    return { ...live, optionNotRun, seen: Number(seen) };
  });
}

async function optionsNotRun(database: Database, options: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const isRun = ({ option }: Transform): boolean => option === undefined || options.includes(option);
  const run = new Set(transforms.filter(isRun).map(({ phase }) => phase));
  const notRun = new Map<string, string>();
  for (const { phase, option, table } of transforms) {
    if (option === undefined || run.has(phase) || notRun.has(phase)) continue;
    const found = await database.count(`SELECT count(*) FROM ${qualified("raw", table)}`);
    if (found > 0) notRun.set(phase, option);
  }
  return notRun;
}

/** Do its rows follow from the live old documents, and is dual-write on? */
export function isFollowed({ step, authority }: Pick<SnapshotPhase, "step" | "authority">): boolean {
  return step !== "off" && authority === "old";
}

/** Can a phase's rows be held against what the run mapped? */
export function isComparable(phase: SnapshotPhase): boolean {
  return isFollowed(phase) && phase.optionNotRun === null;
}

/** Does a difference mean something? Before the import is done, rows are missing that it will bring. */
export function isProving(phase: SnapshotPhase): boolean {
  return isComparable(phase) && phase.backfilled;
}
