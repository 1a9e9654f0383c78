import type { Phase, Step } from "../../convex/schema/steps.js";
import { UnnestError } from "../errors.js";
import { explain, forcible, type Reason } from "../phases/reasons.js";

/** The error of a step that a deployment refuses, or, asked by a dry run, would; null when there is no reason. */
export function stepRefused(
  { migrationId, reasons }: { readonly migrationId: Phase; readonly reasons: readonly Reason[] },
  to: Step,
): UnnestError | null {
  if (reasons.length === 0) return null;
  const codes = [...new Set(reasons.map(({ code }) => code))];
  const remedies = [...new Set(reasons.map((reason) => explain(reason, migrationId).remedy))].join("; ");
  const force = codes.map((code) => `--force ${code}`).join(" ");
  const isForcible = codes.every((code) => forcible.includes(code));
  return new UnnestError(
    "STEP_REFUSED",
    `The deployment does not take ${migrationId} to ${to}.`,
    { phase: migrationId, reasons: codes.join(", ") },
    { remedy: `${remedies}.${isForcible ? ` Or let it pass by name: \`${force}\`.` : ""}` },
  );
}
