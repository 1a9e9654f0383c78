import type { RehearsalReport } from "../../pipeline/rehearse/rehearsalReport.js";

/** A rehearsal that passed, in two steps. */
export function exampleRehearsal(changes: Partial<RehearsalReport> = {}): RehearsalReport {
  const figure = { unit: "count" as const, timed: false };
  return {
    tool: "1.0.0",
    verdict: "passed",
    failure: null,
    snapshot: { name: "export.zip", sha256: "ab".repeat(32) },
    deployment: "embedded",
    ...{ seed: 1, users: 8, traffic: "light", faults: "light", seconds: 12, peakBytes: 3 * 1024 * 1024 },
    steps: [
      {
        ...{ name: "fill", title: "fill the deployment", status: "passed", seconds: 2, reason: null },
        figures: [
          { name: "documents", value: 1234, ...figure },
          { name: "ledger: original", value: 3, ...figure, isDetail: true },
        ],
        checks: [{ name: "it holds documents", looked: 1234, failed: 0, findings: [] }],
      },
      {
        ...{ name: "abort", title: "abort on a copy", status: "skipped", seconds: 0, reason: "there is no copy" },
        figures: [],
        checks: [],
      },
    ],
    actions: [{ action: "edit a message (wrapped)", done: 5, refused: 0, failed: 0 }],
    ...changes,
  };
}
