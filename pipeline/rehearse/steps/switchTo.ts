/** The steps that move phases; each phase by a command of its own. */

import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { type Step as PhaseStep, phases } from "../../../convex/schema/steps.js";
import { forEachPhase } from "../forEachPhase.js";
import { playTraffic } from "../playTraffic.js";
import type { Rehearsal } from "../rehearsal.js";
import { type Check, checked, type Step, type StepOutcome, timed } from "../step.js";
import type { Target } from "../target.js";

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

const questions = 200;

/** Asks the readers, and holds what they say against what they said while the old fields alone answered. */
async function compareAnswers(rehearsal: Rehearsal): Promise<Check[]> {
  if (rehearsal.traffic === null) return [];
  const { answers } = rehearsal;
  const now = await rehearsal.traffic.ask(questions);
  const wrong = [...now].filter(([question, answer]) => answer !== answers?.get(question));
  return [
    checked(
      "readers answer as they did from the old fields",
      now.size,
      wrong.map(([question]) => question),
    ),
  ];
}

async function moveReads(rehearsal: Rehearsal, to: PhaseStep): Promise<StepOutcome> {
  await switchAll(rehearsal, to);
  return { figures: [], checks: await compareAnswers(rehearsal) };
}

export const shadow: Step = {
  name: "shadow",
  title: "compare old and new answers while the old ones count",
  remedy: "The table shadowDifferences names the documents; `unnest verify` compares all of them.",
  run: async (rehearsal) => {
    rehearsal.answers = (await rehearsal.traffic?.ask(questions)) ?? null;
    const { checks } = await moveReads(rehearsal, "shadow");
    const compared = await untilCompared(rehearsal.target);
    // A difference would refuse the next switch, and the one after it.
    return {
      figures: compared === null ? [] : [timed("documents read by the shadow comparison", compared)],
      checks,
    };
  },
};

const quiet = 500;

/** The deployment compares a sample by itself; it has ended when nothing more is read. @returns documents read */
async function untilCompared({ readBy }: Target): Promise<number | null> {
  for (;;) {
    const before = readBy("unnest:compareShadow");
    await wait(quiet);
    if (before === readBy("unnest:compareShadow")) return before;
  }
}

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
    const { commands, paths } = rehearsal;
    const [first] = phases;
    await commands.run(["switch", first, "new"]);
    const { code, error } = await commands.run(["cleanup", first, "--yes", "--out", paths.run], [0, 2, 4]);
    const isRefused = code !== 0 && error?.code === "STEP_REFUSED";
    await commands.run(["switch", first, "new-then-old"]);
    await switchAll(rehearsal, "new", ["--buffer-days", "0"]);
    return {
      figures: [],
      checks: [
        ...(await compareAnswers(rehearsal)),
        checked(
          "cleanup is refused while the buffer runs",
          1,
          isRefused ? [] : [`${first}: cleanup ended with ${code}`],
        ),
      ],
    };
  },
};

export const verify: Step = {
  name: "verify",
  title: "compare all rows with their documents, in the deployment",
  remedy: "`unnest verify` names the parts; `unnest delta` with a new export and `unnest import --delta` repair them.",
  run: async ({ commands }) => {
    const { events, seconds } = await commands.run(["verify"], [0, 4]);
    const { parts } = verifiedEvent.parse(events.get("verified"));
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
  },
};

/** What `verify --json` says. */
const verifiedEvent = z.object({
  parts: z.array(z.object({ part: z.string(), visited: z.number(), differing: z.number() })),
});
