import type { CorrectionsAnswer } from "../../../convex/import/importCorrections.js";
import { mounted } from "../../../convex/mount.js";
import type { Delta } from "../../../convex/touches/delta.js";
import { type TouchKind, touchKinds } from "../../../convex/touches/touchKinds.js";
import { correctionId, correctionPrefix } from "../../../transforms/correctionId.js";
import { all, type Deployment } from "../deployment.js";

export interface Correction {
  readonly key: string;
  readonly delta: Delta;
}

/** A batch as the command line sends it. */
export interface CorrectionBatch {
  readonly migrationId: string;
  readonly epoch: number;
  readonly snapshot: string;
  readonly seen: number;
  readonly kind: string;
  readonly number: number;
  readonly id: string;
  readonly corrections: Correction[];
}

/** How many correction batches of a kind's phase an export taken now would show. */
export async function batchesSeen(deployment: Deployment, kind: TouchKind): Promise<number> {
  const batches = await all(deployment, "unnestBatches");
  const { phase } = touchKinds[kind];
  return batches.filter(({ batchId, migrationId }) => migrationId === phase && batchId.startsWith(correctionPrefix))
    .length;
}

export function correctionBatch(
  snapshot: string,
  seen: number,
  kind: TouchKind,
  corrections: Correction[],
  number = 0,
): CorrectionBatch {
  const id = correctionId(snapshot, kind, number);
  return { migrationId: touchKinds[kind].phase, epoch: 1, snapshot, seen, kind, number, id, corrections };
}

/** The answer, or the code with which the batch was refused. */
export async function sendCorrections(
  deployment: Deployment,
  batch: CorrectionBatch,
): Promise<CorrectionsAnswer | string> {
  try {
    return await deployment.mutation(mounted("mutation", "importCorrections"), { ...batch });
  } catch (error) {
    const { data } = error as { data?: { code?: string } };
    if (data?.code === undefined) throw error;
    return data.code;
  }
}
