import type { Command } from "commander";
import { type AbortOutcome, abortPhase } from "../phases/abortPhase.js";
import { abort } from "../phases/walks.js";
import { formatCount } from "../terminal/quantities.js";
import type { Edge, Settle } from "./edge.js";
import { calling } from "./remoteOptions.js";
import { addWalkOptions, runWalkCommand } from "./walkCommand.js";

/** `unnest abort <phase>`: off, and everything the phase wrote goes. */
export function addAbort(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("abort")
    .summary("end a phase and remove what it wrote in a deployment")
    .description("Back to off from any step up to new. Old fields were the truth all along and stay as they are.");
  addWalkOptions(command);
  command.action(async (phase: string, given: unknown) => {
    let values: Pick<AbortOutcome, "values" | "valuesFile"> = { values: null, valuesFile: null };
    const outcome = calling(() =>
      runWalkCommand(phase, given, edge, {
        walk: abort,
        to: "off",
        warning: (id) =>
          `All rows of ${id} will be deleted; values that are the application's own are first saved to a file here.`,
        run: async (walk) => {
          const aborted = await abortPhase(walk);
          values = aborted;
          return aborted;
        },
        after: () => savedLine(values),
      }),
    );
    settle(await outcome);
  });
}

function savedLine({ values, valuesFile }: Pick<AbortOutcome, "values" | "valuesFile">): string {
  if (valuesFile !== null)
    return `The application's own values${values === null ? "" : ` of ${formatCount(values)} rows`} lie in ${valuesFile}\n`;
  return values === null || values === 0
    ? ""
    : `${formatCount(values)} rows hold values of the application's own; they would be saved first.\n`;
}
