/** How far the phases of a deployment are; what phases and steps there are stands in the schema, which the pipeline reads too. */
import type { GenericDatabaseReader } from "convex/server";
import type { Doc } from "./documents.js";
import type { DataModel } from "./runtime.js";
import { type Phase, phases, type Step } from "./schema/steps.js";

export { authorityOf, isPhase, type Phase, phases, type Step, steps } from "./schema/steps.js";

/** How far a phase is; of one that was never switched on `switchRow` is null, its step `off`, its epoch 0. */
export interface PhaseState {
  readonly step: Step;
  /** Counts the times dual-write was switched on; batches, corrections, jobs and pages of another epoch write nothing. */
  readonly epoch: number;
  readonly switchRow: Doc<"unnestSwitches"> | null;
}

export type PhaseStates = Readonly<Record<Phase, PhaseState>>;

/** Do helpers write old fields? While those are the truth, and again in `returning`; later they leave them, or stand no more. */
export function writesOldFields(step: Step): boolean {
  return step !== "cleaned" && step !== "complete";
}

/**
 * Reads the state of all phases: one index range of at most seven documents. Without an index, since the final schema has none for it.
 */
export async function readPhases(db: GenericDatabaseReader<DataModel>): Promise<PhaseStates> {
  const rows = await db.query("unnestSwitches").collect();
  const states = phases.map((phase): [Phase, PhaseState] => {
    const row = rows.find(({ migrationId }) => migrationId === phase) ?? null;
    return [phase, { step: row?.step ?? "off", epoch: row?.epoch ?? 0, switchRow: row }];
  });
  return Object.fromEntries(states) as PhaseStates;
}
