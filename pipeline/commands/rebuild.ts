import type { Command } from "commander";
import { runWalk } from "../phases/runWalk.js";
import { rebuild } from "../phases/walks.js";
import type { Edge, Settle } from "./edge.js";
import * as options from "./options.js";
import { addBufferOption, bufferOption } from "./phaseOptions.js";
import { calling } from "./remoteOptions.js";
import { addWalkOptions, runWalkCommand } from "./walkCommand.js";

/** `unnest rebuild <phase>`: the old fields come back. */
export function addRebuild(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("rebuild")
    .summary("give the documents of a cleaned phase their old fields back")
    .description("The way back from cleaned to new: old fields are written again from the rows, edits since included.");
  addBufferOption(addWalkOptions(command));
  command.action(async (phase: string, given: unknown) => {
    const { bufferDays } = options.parseOptions(bufferOption, given);
    const outcome = calling(() =>
      runWalkCommand(phase, given, edge, {
        walk: rebuild,
        to: "returning",
        warning: (id) => `Every document of ${id} will get its old fields back, written from the rows.`,
        run: (walk) => runWalk({ ...walk, bufferDays }),
        after: ({ walked, dryRun }) =>
          walked === null || walked.left > 0 || dryRun ? "" : "Next: `unnest status` shows the new buffer.\n",
      }),
    );
    settle(await outcome);
  });
}
