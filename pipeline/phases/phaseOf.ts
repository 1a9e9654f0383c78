import type { Phase } from "../../convex/schema/steps.js";
import { CallFailure } from "../remote/callFailure.js";
import type { DeploymentStatus, PhaseStatus } from "../remote/phaseStatus.js";

/** What a deployment's status says about a phase. */
export function phaseOf({ phases }: DeploymentStatus, migrationId: Phase): PhaseStatus {
  const found = phases.find((phase) => phase.migrationId === migrationId);
  if (found === undefined) throw new CallFailure("malformed", { path: "status", status: 200, detail: migrationId });
  return found;
}
