import { performance } from "node:perf_hooks";
import { UnnestError } from "../errors.js";
import { asUnnestError } from "../run/systemErrors.js";
import type { Rehearsal } from "./rehearsal.js";
import type { PlayedStep, RehearsalReport } from "./rehearsalReport.js";
import type { Step } from "./step.js";

export interface Played {
  /** All of them, those that were not run too. */
  readonly steps: readonly PlayedStep[];
  readonly failure: RehearsalReport["failure"];
}

/** Plays steps in their order, up to the first that fails. Throws INTERRUPTED alone: what else goes wrong is in the answer. */
export async function playSteps(rehearsal: Rehearsal, steps: readonly Step[]): Promise<Played> {
  const played: PlayedStep[] = [];
  let failure: Played["failure"] = null;
  for (const step of steps) {
    if (failure !== null) {
      played.push(empty(step, "notRun", null));
      continue;
    }
    const done = await playStep(rehearsal, step);
    played.push(done.played);
    failure = done.failure;
  }
  return { steps: played, failure };
}

async function playStep(
  rehearsal: Rehearsal,
  step: Step,
): Promise<{ readonly played: PlayedStep; readonly failure: Played["failure"] }> {
  const { name, title } = step;
  const skipped = step.skipped?.(rehearsal) ?? null;
  if (skipped !== null) return { played: empty(step, "skipped", skipped), failure: null };
  stopIfAsked(rehearsal);
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  rehearsal.progress.start(`${name}: ${title}`);
  try {
    const { figures, checks } = await step.run(rehearsal);
    const wrong = checks.find(({ failed }) => failed > 0);
    const status = wrong === undefined ? "passed" : "failed";
    const message = wrong === undefined ? "" : `${wrong.name}: ${wrong.failed} of ${wrong.looked} do not hold`;
    return {
      played: {
        name,
        title,
        status,
        seconds: seconds(),
        reason: null,
        figures: [...figures],
        checks: checks.map(mutable),
      },
      failure: wrong === undefined ? null : { step: name, message, remedy: step.remedy },
    };
  } catch (error) {
    stopIfAsked(rehearsal);
    const { code, message, remedy } = asUnnestError(error);
    return {
      played: { ...empty(step, "failed", `${message} [${code}]`), seconds: seconds() },
      failure: { step: name, message: `${message} [${code}]`, remedy: code === "INTERNAL" ? step.remedy : remedy },
    };
  } finally {
    rehearsal.progress.finish();
  }
}

function stopIfAsked({ signal }: Rehearsal): void {
  if (!signal.aborted) return;
  const remedy = "A rehearsal begins at its beginning: start the same command again.";
  throw new UnnestError("INTERRUPTED", "Stopped on request.", {}, { remedy });
}

const mutable = <T extends { readonly findings: readonly string[] }>(check: T) => ({
  ...check,
  findings: [...check.findings],
});

function empty({ name, title }: Step, status: PlayedStep["status"], reason: string | null): PlayedStep {
  return { name, title, status, seconds: 0, reason, figures: [], checks: [] };
}
