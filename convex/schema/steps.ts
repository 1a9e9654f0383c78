/**
 * The phases of the migration and the steps each of them goes through on its own (spec 5).
 *
 * *Authority* says which side is the truth: under `old` new rows are a pure function of the live old documents; under
 * `new` the rows are the truth, and an old field that still stands is its part's value only until the part is cleaned.
 */

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

/** Which side is the truth at a step. */
export function authorityOf(step: Step): "old" | "new" {
  return step === "cleaned" || step === "returning" || step === "complete" ? "new" : "old";
}

/** What of an application's code fits a step; null while all of it does. `convex/before-cleanup.md` tells more. */
export function codeThatFits(step: Step): string | null {
  if (authorityOf(step) === "old") return null;
  if (step !== "returning") return "helpers and reads; old fields are gone for code that reads them";
  return "helpers and reads; code for old fields may be deployed again at new";
}

/** Is this the name of a phase? Transforms and callers give texts. */
export function isPhase(text: string): text is Phase {
  return (phases as readonly string[]).includes(text);
}
