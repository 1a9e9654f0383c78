import { expect, test } from "vitest";
import type { Step } from "../../convex/schema/steps.js";
import type { DescribedPhase } from "../../pipeline/phases/describePhases.js";
import { renderPhases } from "../../pipeline/phases/renderPhases.js";

/** As far as a phase whose rows are the truth is shown. */
const phase = (step: Step, droppedWrites: DescribedPhase["droppedWrites"] = []): DescribedPhase =>
  ({
    ...{ migrationId: "phase-3", step, epoch: 1, since: 1, cleanupNotBefore: null, backfilled: false },
    ...{ driftFreeSince: null, jobsOpen: 0, jobsSetAside: 0, touches: 0, batches: 0 },
    ...{ originals: 0, repaired: 0, oldFieldWrites: [], droppedWrites, next: null },
  }) as unknown as DescribedPhase;

const shown = (one: DescribedPhase): string =>
  renderPhases(
    { deployment: "d", url: "http://d.example", version: 1, oldestTouchAge: null, phases: [one] },
    (_, text) => text,
  );

test("status says which code fits a step once the rows are the truth, and how often a direct write was dropped", () => {
  const droppedWrites = [{ field: "projects.conversationIds", transactions: 2 }];
  expect(shown(phase("cleaned", droppedWrites))).toMatch(
    /code that fits: helpers and reads; old fields are gone.*\n.*dropped: projects.conversationIds in 2 transactions/,
  );
  expect(shown(phase("returning"))).not.toContain("dropped");
  expect(shown(phase("returning"))).toContain("may be deployed again at new");
  expect(shown(phase("complete"))).toContain("code that fits: helpers and reads");
});
