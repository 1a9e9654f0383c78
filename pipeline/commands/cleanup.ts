import type { Command } from "commander";
import { runWalk } from "../phases/runWalk.js";
import { cleanup } from "../phases/walks.js";
import type { Edge, Settle } from "./edge.js";
import * as options from "./options.js";
import { addForceOption, forceOption } from "./phaseOptions.js";
import { calling } from "./remoteOptions.js";
import { addWalkOptions, runWalkCommand } from "./walkCommand.js";

/** `unnest cleanup <phase>`: the old fields go. */
export function addCleanup(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("cleanup")
    .summary("remove a phase's old fields in a deployment")
    .description(
      "Rows become the truth and the moved fields go, page by page. Until `complete`, `rebuild` leads back.",
    );
  addForceOption(addWalkOptions(command));
  command.action(async (phase: string, given: unknown) => {
    const { force } = options.parseOptions(forceOption, given);
    const outcome = calling(() =>
      runWalkCommand(phase, given, edge, {
        walk: cleanup,
        to: "cleaned",
        warning: (id) =>
          `The old fields of ${id} will be removed from every document, and writes that name them outside a helper refused.`,
        run: (walk) => runWalk({ ...walk, start: { force } }),
        after: ({ walked, dryRun, migrationId }) =>
          walked === null || walked.left > 0 || dryRun
            ? ""
            : `Next: \`unnest switch ${migrationId} complete\`; until then \`unnest rebuild ${migrationId}\` leads back.\n`,
      }),
    );
    settle(await outcome);
  });
}
