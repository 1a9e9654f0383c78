import { authorityOf } from "../../convex/schema/steps.js";
import { transforms } from "../../transforms/index.js";
import { isFollowed, isProving, type SnapshotPhase } from "../batches/snapshotPhases.js";
import { UnnestError } from "../errors.js";
import type { DeploymentStatus } from "../remote/phaseStatus.js";

/** Why nothing of a phase is sent. */
export type LeftOutReason =
  /** `--phase` names others. */
  | "not_asked"
  /** It was off when the snapshot was exported: what users did since is nowhere. */
  | "off_in_snapshot"
  | "off_in_deployment"
  /** Its switch is not the one in the snapshot: this is an export of something else. */
  | "other_deployment"
  /** Dual-write was switched on anew since the export. */
  | "other_epoch"
  /** The run mapped none of its parts, though the snapshot holds documents of them: it would be called filled without its rows. */
  | "option_not_run"
  /** The new rows are the truth already. */
  | "authority_new";

export interface PhasePlan {
  readonly phase: string;
  readonly epoch: number;
  /** Does a difference in this export mean something? Its import was done, and its parts were mapped. */
  readonly isProving: boolean;
  /** The `deltasFrom` that the export shows: by it the deployment tells whether the export has seen all that it must. */
  readonly shows: number | null;
  /** Null: it is sent. */
  readonly leftOut: LeftOutReason | null;
}

/**
 * Which phases of a snapshot can be sent to a deployment as it is.
 *
 * @param live null for a forecast that asks no deployment
 * @param wanted the phases the user named; null for all
 */
export function sendablePhases(
  snapshot: readonly SnapshotPhase[],
  live: DeploymentStatus | null,
  wanted: readonly string[] | null,
): readonly PhasePlan[] {
  return snapshot.map((phase) => ({
    phase: phase.phase,
    epoch: phase.epoch,
    isProving: isProving(phase),
    shows: phase.deltasFrom,
    leftOut: reason(phase, live, wanted),
  }));
}

/**
 * Ends what would bring the documents of one deployment's export into another, or call that one filled.
 *
 * @param deployment its name
 * @throws UnnestError SNAPSHOT_OF_ANOTHER_DEPLOYMENT
 */
export function refuseOtherDeployment(phases: readonly PhasePlan[], deployment: string): void {
  const others = phases.filter(({ leftOut }) => leftOut === "other_deployment");
  if (others.length === 0) return;
  throw new UnnestError("SNAPSHOT_OF_ANOTHER_DEPLOYMENT", "This is no export of the deployment it would be sent to.", {
    deployment,
    phases: others.map(({ phase }) => phase).join(", "),
  });
}

function reason(
  phase: SnapshotPhase,
  live: DeploymentStatus | null,
  wanted: readonly string[] | null,
): LeftOutReason | null {
  if (wanted !== null && !wanted.includes(phase.phase)) return "not_asked";
  if (phase.authority === "new") return "authority_new";
  if (phase.optionNotRun !== null) return "option_not_run";
  if (live === null) return null;
  const now = live.phases.find(({ migrationId }) => migrationId === phase.phase);
  if (now === undefined || now.step === "off") return "off_in_deployment";
  if (phase.switchId !== null && phase.switchId !== now.switchId) return "other_deployment";
  if (authorityOf(now.step) === "new") return "authority_new";
  if (!isFollowed(phase)) return "off_in_snapshot";
  return now.epoch === phase.epoch ? null : "other_epoch";
}

/** What an operator does about a phase that is left out. */
export function remedyOf({ phase, leftOut }: Pick<PhasePlan, "phase" | "leftOut">): string | null {
  switch (leftOut) {
    case "off_in_deployment":
      return `\`unnest switch ${phase} dual-write\`, then export anew, \`unnest run\`, and import that`;
    case "off_in_snapshot":
    case "other_epoch":
      return "export anew (dual-write is on since this export), `unnest run`, and import that";
    case "option_not_run":
      return `\`unnest run <snapshot> --with ${transforms.find((one) => one.phase === phase)?.option}\` into a new directory, and import that`;
    default:
      return null;
  }
}
