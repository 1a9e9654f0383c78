import type { Step } from "../../convex/schema/steps.js";
import type { PhaseStatus } from "../remote/phaseStatus.js";

/** Where a phase goes from here, and by which command. */
export interface NextStep {
  readonly to: Step;
  readonly command: string;
}

const onward: Readonly<Record<Step, Step | null>> = {
  off: "dual-write",
  "dual-write": "shadow",
  shadow: "new-then-old",
  "new-then-old": "new",
  new: "cleaned",
  cleaned: "complete",
  returning: "new",
  complete: null,
};

/** The next step of a phase; null when it is complete. While rows are missing the command is the one that brings them. */
export function nextStep({ step, migrationId, backfilled, driftFreeSince }: PhaseStatus): NextStep | null {
  const to = onward[step];
  if (to === null) return null;
  if (step === "new") return { to, command: `unnest cleanup ${migrationId}` };
  if (step === "returning") return { to, command: `unnest rebuild ${migrationId}` };
  if (step === "dual-write" && !backfilled) return { to, command: "unnest import" };
  if (step === "dual-write" && driftFreeSince === null) return { to, command: "unnest delta <snapshot>" };
  return { to, command: `unnest switch ${migrationId} ${to}` };
}
