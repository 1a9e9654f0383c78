/** The steps that move reads from the old fields to the rows. */
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { type Step as PhaseStep, phases } from "../../../convex/schema/steps.js";
import type { PhaseStatus } from "../../remote/phaseStatus.js";
import { compareAnswers, keepAnswers } from "../compareAnswers.js";
import { statusOf } from "../drain.js";
import type { Rehearsal } from "../rehearsal.js";
import { checked, type Step, type StepOutcome, timed } from "../step.js";
import { switchAll } from "../switchAll.js";

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
    const readers = await untilCompared(rehearsal);
    // A difference would refuse the next switch, and the one after it.
    return {
      figures: [
        timed(
          "answers of old and new readers compared",
          sum(readers, ({ compared }) => compared),
        ),
      ],
      checks: [
        ...checks,
        checked(
          "the deployment has compared enough answers of every reader by itself",
          readers.length,
          readers.filter(isBehind).map(({ reader, compared, needed }) => `${reader}: ${compared} of ${needed}`),
        ),
        checked(
          "old and new readers answer alike",
          sum(readers, ({ compared }) => compared),
          readers.filter(({ differing }) => differing > 0).map(({ reader, differing }) => `${reader}: ${differing}`),
        ),
      ],
    };
  },
};

type Reader = PhaseStatus["comparisons"][number];

const isBehind = ({ compared, needed }: Reader): boolean => compared < needed;

function sum(readers: readonly Reader[], of: (reader: Reader) => number): number {
  return readers.reduce((total, reader) => total + of(reader), 0);
}

const pause = 500;
/** A real deployment takes its scheduled pages one after another; a minute is ample for the answers that are needed. */
const longest = 60_000;

/** The deployment compares by itself; it is waited for. */
async function untilCompared(rehearsal: Rehearsal): Promise<readonly Reader[]> {
  const began = performance.now();
  for (;;) {
    const { phases: live } = await statusOf(rehearsal);
    const readers = live.flatMap(({ comparisons }) => comparisons);
    if (!readers.some(isBehind) || performance.now() - began > longest || rehearsal.signal.aborted) return readers;
    await wait(pause);
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
