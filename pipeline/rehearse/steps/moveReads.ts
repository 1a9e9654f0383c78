/** The steps that move reads from the old fields to the rows. */
import { setTimeout as wait } from "node:timers/promises";
import { type Step as PhaseStep, phases } from "../../../convex/schema/steps.js";
import { compareAnswers, keepAnswers } from "../compareAnswers.js";
import type { Rehearsal } from "../rehearsal.js";
import { checked, type Step, type StepOutcome, timed } from "../step.js";
import { switchAll } from "../switchAll.js";
import type { Target } from "../target.js";

async function moveReads(rehearsal: Rehearsal, to: PhaseStep): Promise<StepOutcome> {
  await switchAll(rehearsal, to);
  return { figures: [], checks: await compareAnswers(rehearsal) };
}

export const shadow: Step = {
  name: "shadow",
  title: "compare old and new answers while the old ones count",
  remedy: "The table unnestShadowDifferences names the documents; `unnest verify` compares all of them.",
  run: async (rehearsal) => {
    await keepAnswers(rehearsal);
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
