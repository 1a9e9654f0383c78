import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import { anyWriter } from "../documents.js";
import type { Phase, PhaseState, Step } from "../phases.js";
import type { MutationCtx } from "../runtime.js";

/** What changes in a switch; undefined removes. */
interface SwitchChange {
  readonly step?: Step;
  readonly epoch?: number;
  readonly backfilled?: boolean;
  readonly driftFreeSince?: number | undefined;
  readonly cleanupNotBefore?: number | undefined;
  readonly deltasFrom?: number | undefined;
}

const day = 24 * 60 * 60_000;
const defaultBufferDays = 30;

/** Before this time cleanup is refused, in ms; what a phase that enters `new` now gets. */
export function bufferEnd(days: number = defaultBufferDays): number {
  return Date.now() + days * day;
}

/** What a phase knows at T0: nothing yet. */
export const freshSwitch = { backfilled: false, driftFreeSince: undefined, cleanupNotBefore: undefined };

/**
 * Changes a phase's switch, which every wrapped write reads: a mutation in flight that read the old state is run again by Convex.
 *
 * @param change a step that differs sets `since`
 */
export async function writeSwitch(
  { db }: Pick<MutationCtx, "db">,
  migrationId: Phase,
  { switchRow, step, epoch }: PhaseState,
  change: SwitchChange,
): Promise<void> {
  const since = switchRow === null || (change.step ?? step) !== step ? Date.now() : switchRow.since;
  const born = { migrationId, step, epoch, backfilled: false, ...change, since };
  if (switchRow === null) await anyWriter(db).insert("unnestSwitches", withoutAbsent(born));
  else await anyWriter(db).patch(switchRow._id, { ...change, since });
}
