/** The steps that move phases; each phase by a command of its own. */
import { isDeepStrictEqual } from "node:util";
import type { Step as PhaseStep } from "../../../convex/schema/steps.js";
import { UnnestError } from "../../errors.js";
import { forEachPhase } from "../forEachPhase.js";
import { playTraffic } from "../playTraffic.js";
import type { Rehearsal } from "../rehearsal.js";
import { type Check, checked, figure, type Step, type StepOutcome, timed } from "../step.js";

/** Takes all phases to a step. */
export async function switchAll({ commands }: Rehearsal, to: PhaseStep, more: readonly string[] = []): Promise<void> {
  await forEachPhase(async (phase) => await commands.run(["switch", phase, to, ...more]));
}

export const dualWrite: Step = {
  name: "dual-write",
  title: "switch dual-write on (T0), and let users write",
  remedy: "Is `unnest.ts` mounted, and are the application's mutations wrapped? `unnest status` shows the phases.",
  run: async (rehearsal) => {
    await switchAll(rehearsal, "dual-write");
    return {
      figures: await playTraffic(rehearsal, { name: "before", manner: "plain", stubborn: false }, 0.15),
      checks: [],
    };
  },
};

/** What the readers answer, asked again at every step of the way: the first answers come from the old fields. */
const answers = new WeakMap<Rehearsal, ReadonlyMap<string, string>>();
const questions = 200;

/** Asks the readers, and holds what they say against what they said before. */
async function compareAnswers(rehearsal: Rehearsal): Promise<Check> {
  const before = answers.get(rehearsal);
  const now = (await rehearsal.traffic?.ask(questions)) ?? new Map<string, string>();
  if (before === undefined) answers.set(rehearsal, now);
  const wrong = [...now].filter(
    ([question, answer]) => before !== undefined && !isDeepStrictEqual(answer, before.get(question)),
  );
  return checked(
    "readers answer as they did from the old fields",
    now.size,
    wrong.map(([question]) => question),
  );
}

async function moveReads(rehearsal: Rehearsal, to: PhaseStep, more: readonly string[] = []): Promise<StepOutcome> {
  await switchAll(rehearsal, to, more);
  const check = await compareAnswers(rehearsal);
  return { figures: [figure(`answers compared at ${to}`, check.looked)], checks: [check] };
}

export const shadow: Step = {
  name: "shadow",
  title: "compare old and new answers while the old ones count",
  remedy: "The table shadowDifferences names the documents; `unnest verify` compares all of them.",
  run: async (rehearsal) => {
    await compareAnswers(rehearsal);
    const moved = await moveReads(rehearsal, "shadow");
    // The deployment compares a sample by itself; a verify while it does, looks at everything.
    const { figures, checks } = await verifyAll(rehearsal);
    return { figures: [...moved.figures, ...figures], checks: [...moved.checks, ...checks] };
  },
};

export const newThenOld: Step = {
  name: "new-then-old",
  title: "read rows where a part has them",
  remedy: "The findings name the questions; `unnest switch <phase> shadow` goes back.",
  run: async (rehearsal) => await moveReads(rehearsal, "new-then-old"),
};

/** The buffer of a real migration is 30 days; this one has none, once it was seen to hold. */
export const toNew: Step = {
  name: "new",
  title: "read rows alone; cleanup is refused while the buffer runs",
  remedy: "`unnest status` says what holds a phase up.",
  run: async (rehearsal) => {
    const { commands } = rehearsal;
    await switchAll(rehearsal, "new");
    const answered = await compareAnswers(rehearsal);
    const early = await forEachPhase(async (phase) => {
      const { code, error } = await commands.run(["cleanup", phase, "--yes", "--out", rehearsal.paths.run], [0, 2, 4]);
      return code !== 0 && error?.code === "STEP_REFUSED"
        ? []
        : [`${phase}: cleanup ended with ${code}, ${error?.code ?? "no error"}`];
    });
    await switchAll(rehearsal, "new-then-old");
    await switchAll(rehearsal, "new", ["--buffer-days", "0"]);
    return {
      figures: [],
      checks: [answered, checked("cleanup is refused while the buffer runs", early.length, early.flat())],
    };
  },
};

export const verify: Step = {
  name: "verify",
  title: "compare all rows with their documents, in the deployment",
  remedy: "`unnest verify` names the parts; `unnest delta` with a new export and `unnest import --delta` repair them.",
  run: verifyAll,
};

/** Throws REHEARSAL_COMMAND_FAILED unless `verify` could look. */
async function verifyAll({ commands }: Rehearsal): Promise<StepOutcome> {
  const { events, seconds } = await commands.run(["verify"], [0, 4]);
  const { parts } = verified(events.get("verified"));
  const looked = parts.reduce((sum, { visited }) => sum + visited, 0);
  const differing = parts.filter((part) => part.differing > 0);
  return {
    figures: [timed("seconds to verify", seconds, "seconds")],
    checks: [
      {
        name: "rows are what their documents give, in the deployment",
        looked,
        failed: differing.reduce((sum, part) => sum + part.differing, 0),
        findings: differing.map(({ part, differing: count }) => `${part}: ${count} differ`),
      },
    ],
  };
}

function verified(event: unknown): { readonly parts: readonly { part: string; visited: number; differing: number }[] } {
  if (typeof event !== "object" || event === null || !("parts" in event))
    throw new UnnestError("REHEARSAL_COMMAND_FAILED", "`unnest verify` printed nothing to read.");
  return event as unknown as ReturnType<typeof verified>;
}
