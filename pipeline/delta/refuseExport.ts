import { authorityOf } from "../../convex/schema/steps.js";
import { UnnestError } from "../errors.js";
import type { ShownSwitch } from "./switchesIn.js";

export interface ExportOrder {
  /** As the user named it. */
  readonly snapshot: string;
  /** Of the export that is to be compared. */
  readonly later: readonly ShownSwitch[];
  /** Of the run's own export. */
  readonly own: readonly ShownSwitch[];
}

/**
 * Refuses an export that a delta can prove nothing by, before anything is loaded: of another deployment, older than the run's own, or
 * taken before an import had ended. What switches show decides, since they say of every deployment which one it is, and grow with
 * every step, import, rebuild and repair; no clock of this machine is asked.
 *
 * @throws UnnestError NOTHING_MIGRATES, DELTA_OF_ANOTHER_DEPLOYMENT, DELTA_OF_OLDER_EXPORT, DELTA_BEFORE_IMPORT
 */
export function refuseExport({ snapshot, later, own }: ExportOrder): void {
  const begun = later.filter(({ step }) => step !== "off");
  if (begun.length === 0)
    throw new UnnestError("NOTHING_MIGRATES", "No phase was switched on in the deployment this snapshot comes from.", {
      file: snapshot,
    });
  const pairs = later.flatMap((now) => {
    const was = own.find(({ phase }) => phase === now.phase);
    return was === undefined ? [] : [{ now, was }];
  });
  const foreign = pairs.filter(({ now, was }) => now.switchId !== was.switchId);
  if (foreign.length > 0)
    throw new UnnestError("DELTA_OF_ANOTHER_DEPLOYMENT", "This is no export of the deployment that the run is of.", {
      file: snapshot,
      phases: namesOf(foreign.map(({ now }) => now)),
    });
  const older = pairs.filter(({ now, was }) => isBefore(now, was));
  // A phase that was begun stays known.
  const lost = own.filter(({ phase }) => !later.some((now) => now.phase === phase));
  if (older.length + lost.length > 0)
    throw new UnnestError("DELTA_OF_OLDER_EXPORT", "This export was taken before the one that the run was made from.", {
      file: snapshot,
      phases: namesOf([...older.map(({ now }) => now), ...lost]),
    });
  const followed = begun.filter(({ step }) => authorityOf(step) === "old");
  if (followed.length > 0 && followed.every(({ backfilled }) => !backfilled))
    throw new UnnestError("DELTA_BEFORE_IMPORT", "This export was taken before the import had ended.", {
      file: snapshot,
      phases: namesOf(followed),
    });
}

function isBefore(now: ShownSwitch, was: ShownSwitch): boolean {
  if (now.epoch !== was.epoch) return now.epoch < was.epoch;
  return now.since < was.since || now.deltasFrom < was.deltasFrom;
}

function namesOf(switches: readonly ShownSwitch[]): string {
  return switches.map(({ phase }) => phase).join(", ");
}
