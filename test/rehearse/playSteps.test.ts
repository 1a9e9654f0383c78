import { expect, test } from "vitest";
import { UnnestError } from "../../pipeline/errors.js";
import { playSteps } from "../../pipeline/rehearse/playSteps.js";
import type { Rehearsal } from "../../pipeline/rehearse/rehearsal.js";
import { checked, figure, type Step, type StepOutcome } from "../../pipeline/rehearse/step.js";
import { silentProgress } from "../../pipeline/run/progress.js";

/** What steps themselves are given does not matter to who plays them. */
function rehearsal(signal = new AbortController().signal): Rehearsal {
  return { progress: silentProgress, signal } as unknown as Rehearsal;
}

function step(name: string, run: () => Promise<StepOutcome>, skipped: string | null = null): Step {
  return { name, title: `do ${name}`, remedy: `mend ${name}`, run, skipped: () => skipped };
}

const fine = async (): Promise<StepOutcome> => ({
  figures: [figure("rows", 3)],
  checks: [checked("rows are there", 3, [])],
});
const wrong = async (): Promise<StepOutcome> => ({ figures: [], checks: [checked("rows are there", 3, ["row 2"])] });

const statuses = async (...steps: Step[]) => {
  const { steps: played, failure } = await playSteps(rehearsal(), steps);
  return { statuses: played.map(({ status }) => status), failure };
};

test("steps are played in their order, and what they measured is kept", async () => {
  const { steps, failure } = await playSteps(rehearsal(), [step("one", fine), step("two", fine)]);
  expect(failure).toBeNull();
  expect(steps.map(({ name, figures }) => [name, figures[0]?.value])).toEqual([
    ["one", 3],
    ["two", 3],
  ]);
});

test("a check that does not hold ends the rehearsal; what comes after is listed as not run", async () => {
  const ended = await statuses(step("one", fine), step("two", wrong), step("three", fine));
  expect(ended.statuses).toEqual(["passed", "failed", "notRun"]);
  expect(ended.failure).toMatchObject({ step: "two", remedy: "mend two" });
});

test("so does what a step throws: the error's own remedy counts, a defect has the step's", async () => {
  const refused = async (): Promise<never> => {
    throw new UnnestError("REHEARSAL_COMMAND_FAILED", "it failed", {}, { remedy: "do that" });
  };
  expect((await statuses(step("one", refused))).failure).toMatchObject({ step: "one", remedy: "do that" });
  const defect = async (): Promise<never> => {
    throw new TypeError("undefined is no function");
  };
  expect((await statuses(step("one", defect))).failure).toMatchObject({ step: "one", remedy: "mend one" });
});

test("a step that has nothing to do here is skipped, with the reason", async () => {
  const { steps, failure } = await playSteps(rehearsal(), [step("one", wrong, "there is no copy"), step("two", fine)]);
  expect(failure).toBeNull();
  expect(steps.map(({ status, reason }) => [status, reason])).toEqual([
    ["skipped", "there is no copy"],
    ["passed", null],
  ]);
});

test("asked to stop, it plays no further step", async () => {
  const stopping = new AbortController();
  const played: string[] = [];
  const stopped = playSteps(rehearsal(stopping.signal), [
    step("one", async () => {
      played.push("one");
      stopping.abort();
      return await fine();
    }),
    step("two", async () => {
      played.push("two");
      return await fine();
    }),
  ]);
  await expect(stopped).rejects.toMatchObject({ code: "INTERRUPTED" });
  expect(played).toEqual(["one"]);
});
