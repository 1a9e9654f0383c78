import { existsSync, statSync } from "node:fs";
import { type SnapshotPhase, snapshotPhases } from "../batches/snapshotPhases.js";
import type { Database } from "../db/database.js";
import { literal, qualified } from "../db/quote.js";
import { UnnestError } from "../errors.js";
import { toolVersion } from "../run/version.js";
import type { StageContext } from "../stage.js";
import { planCorrections } from "./planCorrections.js";
import { planDrift } from "./planDrift.js";
import { type Epochs, planParts } from "./planParts.js";
import { planPatches } from "./planPatches.js";
import { planSchema } from "./planTables.js";
import { PlanWriter } from "./planWriter.js";
import { type BatchBounds, boundsText } from "./usage.js";

/** `backfill`: everything the snapshot holds; `drift`: what `delta` found in a later one. */
export type PlanOf = "backfill" | "drift";

export interface ImportPlan {
  /** Of the snapshot. */
  readonly phases: readonly SnapshotPhase[];
  /** What names the snapshot (its SHA-256). */
  readonly snapshot: string;
  /** Parts that need not be sent, since the snapshot's new tables hold all their rows. */
  readonly leftOut: number;
  /** It was found as an earlier import had made it. */
  readonly isKept: boolean;
}

/**
 * Makes the plan of an import, or finds the one there is: in the run's database (`planTables`), with what is sent in `batches.tsv`. It
 * follows from the snapshot alone, but for how much goes into one batch, so one made again sends nothing twice.
 *
 * A phase that was off in the snapshot is planned too, for a forecast; its epoch, 0, is no deployment's. One whose authority was `new`
 * is not: its rows are the truth there. Nor is one whose parts the run was made without.
 *
 * @param bounds of a batch; a plan of other ones is made again, unless something of it was sent: it keeps its own then, and that is noted
 */
export async function planImport(context: StageContext, of: PlanOf, bounds: BatchBounds): Promise<ImportPlan> {
  const { database, paths } = context;
  const phases = await snapshotPhases(database, context.options.with);
  const snapshot = await snapshotName(database);
  const known = await findPlan(context, snapshot, bounds);
  if (known !== null) return { phases, snapshot, leftOut: known, isKept: true };
  const epochs: Epochs = new Map(
    phases
      .filter(({ authority, optionNotRun }) => authority === "old" && optionNotRun === null)
      .map(({ phase, epoch }) => [phase, epoch]),
  );
  const writer = new PlanWriter(paths, snapshot);
  try {
    let leftOut = 0;
    if (of === "backfill") {
      leftOut = await planParts(context, writer, epochs, bounds);
      await planPatches(context, writer, epochs, bounds);
    } else {
      await planDrift(context, writer, epochs, bounds);
    }
    await planCorrections(context, writer, epochs, phases, { find: of === "backfill", snapshot });
    await writer.finish(database, { leftOut, bounds });
    return { phases, snapshot, leftOut, isKept: false };
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

async function snapshotName(database: Database): Promise<string> {
  const name = await database.value<string>("SELECT sha256 FROM meta.snapshot");
  if (name === undefined) throw new UnnestError("INTERNAL", "A loaded snapshot has no name.");
  return name;
}

/** How many parts the plan that is there leaves out; null where there is none that can be gone on with. */
async function findPlan(
  { database, paths, progress }: StageContext,
  snapshot: string,
  bounds: BatchBounds,
): Promise<number | null> {
  const tables = await database.count(
    `SELECT count(*) FROM duckdb_tables() WHERE schema_name = ${literal(planSchema)} AND table_name = 'plan'`,
  );
  if (tables === 0) return null;
  const [plan] = await database.rows<{
    tool: string;
    snapshot: string;
    bounds: string;
    bytes: string;
    leftOut: string;
  }>(`SELECT * FROM ${qualified(planSchema, "plan")}`);
  if (plan === undefined || plan.tool !== toolVersion() || plan.snapshot !== snapshot) return null;
  const isWhole = existsSync(paths.batches) && statSync(paths.batches).size === Number(plan.bytes);
  if (!isWhole) return null;
  if (plan.bounds !== boundsText(bounds)) {
    const begun = await database.count(
      `SELECT count(*) FROM ${qualified(planSchema, "batches")} WHERE state <> 'planned'`,
    );
    if (begun === 0) return null;
    progress.note("This import was begun with batches of another size, and goes on with those.");
  }
  return Number(plan.leftOut);
}
