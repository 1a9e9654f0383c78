/** The walks that take a phase through all its documents, as data: what starts them, what their pages count, where they lead. */
import type { Step } from "../../convex/schema/steps.js";

export interface Walk {
  readonly name: "cleanup" | "abort" | "rebuild";
  /** Functions of the deployment. */
  readonly start: string;
  readonly page: string;
  /** Pages run while the phase is at this step, which the start function has set. */
  readonly at: Step;
  /** Set by the last page of a walk that left nothing; null when the step stays. */
  readonly endsAt: Step | null;
  /** Steps at which nothing is to be done. */
  readonly doneAt: readonly Step[];
  /** What pages count besides documents, with a person's word for it. */
  readonly counts: Readonly<Record<string, string>>;
}

export const cleanup: Walk = {
  name: "cleanup",
  start: "startCleanup",
  page: "cleanupPage",
  at: "cleaned",
  endsAt: null,
  doneAt: ["complete"],
  counts: {
    cleaned: "parts lose their old fields",
    originals: "old fields kept whole in the ledger",
    orphans: "rows whose document is gone",
  },
};

export const abort: Walk = {
  name: "abort",
  start: "startAbort",
  page: "abortPage",
  at: "off",
  endsAt: null,
  doneAt: [],
  counts: { deleted: "rows, touches, jobs and records deleted", putBack: "repairs undone" },
};

export const rebuild: Walk = {
  name: "rebuild",
  start: "startRebuild",
  page: "rebuildPage",
  at: "returning",
  endsAt: "new",
  doneAt: ["dual-write", "shadow", "new-then-old", "new"],
  counts: { rebuilt: "parts given their old fields back", putBack: "repairs undone" },
};
