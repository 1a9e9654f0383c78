import type { Phase, Step } from "../../convex/schema/steps.js";
import { UnnestError } from "../errors.js";
import type { Reason } from "../phases/reasons.js";

/** The error of a step that a deployment refuses, or, asked by a dry run, would; null when there is no reason left. */
export function stepRefused(
  { migrationId, reasons }: { readonly migrationId: Phase; readonly reasons: readonly Reason[] },
  to: Step,
): UnnestError | null {
  if (reasons.length === 0) return null;
  return new UnnestError("STEP_REFUSED", `The deployment does not take ${migrationId} to ${to}.`, {
    phase: migrationId,
    reasons: reasons.map(({ code }) => code).join(", "),
  });
}
