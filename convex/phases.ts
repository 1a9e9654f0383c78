/**
 * The phases of the migration and the steps each of them goes through on its own (spec 5).
 *
 * *Authority* says which side is the truth: under `old` new rows are a pure function of the live old documents; under
 * `new` the rows are the truth, and an old field that still stands is its part's value only until the part is cleaned.
 */
import type { GenericDatabaseReader } from "convex/server";
import type { Doc } from "./documents.js";
import type { DataModel } from "./runtime.js";

export const phases = ["phase-1", "phase-2", "phase-3", "phase-4", "phase-5", "phase-6", "phase-7"] as const;

export type Phase = (typeof phases)[number];

/** In their order. `returning` leads back from `cleaned` to `new`. */
export const steps = [
  "off",
  "dual-write",
  "shadow",
  "new-then-old",
  "new",
  "cleaned",
  "returning",
  "complete",
] as const;

export type Step = (typeof steps)[number];

/** How far a phase is; of one that was never switched on `switchRow` is null, its step `off`, its epoch 0. */
export interface PhaseState {
  readonly step: Step;
  /** Counts the times dual-write was switched on; batches, corrections, jobs and pages of another epoch write nothing. */
  readonly epoch: number;
  readonly switchRow: Doc<"migrationSwitches"> | null;
}

export type PhaseStates = Readonly<Record<Phase, PhaseState>>;

/** Which side is the truth at a step. */
export function authorityOf(step: Step): "old" | "new" {
  return step === "cleaned" || step === "returning" || step === "complete" ? "new" : "old";
}

/** Do helpers write old fields? While those are the truth, and again in `returning`; later they leave them, or stand no more. */
export function writesOldFields(step: Step): boolean {
  return step !== "cleaned" && step !== "complete";
}

/** Is this the name of a phase? Transforms and callers give texts. */
export function isPhase(text: string): text is Phase {
  return (phases as readonly string[]).includes(text);
}

/**
 * Reads the state of all phases: one index range of at most seven documents. Without an index, since the final schema has none for it.
 */
export async function readPhases(db: GenericDatabaseReader<DataModel>): Promise<PhaseStates> {
  const rows = await db.query("migrationSwitches").collect();
  const states = phases.map((phase): [Phase, PhaseState] => {
    const row = rows.find(({ migrationId }) => migrationId === phase) ?? null;
    return [phase, { step: row?.step ?? "off", epoch: row?.epoch ?? 0, switchRow: row }];
  });
  return Object.fromEntries(states) as PhaseStates;
}
