/** What `cleanup`, `abort` and `rebuild` have in common: options, consent, how they end. */
import type { Command } from "commander";
import type { Phase, Step } from "../../convex/schema/steps.js";
import { UnnestError } from "../errors.js";
import { parsePhase } from "../phases/phaseArgument.js";
import { renderWalk } from "../phases/renderWalk.js";
import type { RunOptions, WalkOutcome } from "../phases/runWalk.js";
import type { Walk } from "../phases/walks.js";
import { checkDirectory } from "../run/directory.js";
import { runPaths } from "../run/paths.js";
import { jsonLine } from "../terminal/printable.js";
import { formatCount } from "../terminal/quantities.js";
import { addDestructiveOptions, confirm, isAsked } from "./confirm.js";
import type { Edge, Outcome } from "./edge.js";
import * as options from "./options.js";
import { addPageOption, dryRunOption, pageOption } from "./phaseOptions.js";
import { addRemoteOptions, openRemoteOf, retriesOf } from "./remoteOptions.js";
import { stepRefused } from "./stepRefused.js";

export function addWalkOptions(command: Command): Command {
  command.argument("<phase>", "5 or phase-5");
  return options.addShowOptions(
    options.addDirectoryOption(addDestructiveOptions(addPageOption(addRemoteOptions(command)))),
  );
}

export interface WalkCommand {
  readonly walk: Walk;
  /** What it will do, for the person who is asked. */
  readonly warning: (migrationId: Phase) => string;
  /** Where it leads, for what it says when it is refused. */
  readonly to: Step;
  /** Does it; what it adds to the outcome is printed with `--json`. */
  readonly run: (walk: RunOptions) => Promise<WalkOutcome>;
  /** Lines to print after what it did. */
  readonly after: (outcome: WalkOutcome) => string;
}

/** Documents that are looked at before somebody is asked: a few calls, and a few seconds. */
const lookedAt = 500;

/**
 * Runs one of them. Before anybody is asked, a dry run of the first pages shows what would go; where the deployment refuses, or
 * nothing is to be done, that is the end, and nobody is asked.
 */
export async function runWalkCommand(phase: string, given: unknown, edge: Edge, how: WalkCommand): Promise<Outcome> {
  const { walk } = how;
  const migrationId = parsePhase(phase);
  const show = options.parseOptions(options.showOptions, given);
  const { dryRun } = options.parseOptions(dryRunOption, given);
  const { documents } = options.parseOptions(pageOption, given);
  const { out } = options.parseOptions(options.directoryOption, given);
  const paths = runPaths(options.absolute(out));
  await checkDirectory(paths);
  const remote = await openRemoteOf(given, edge);
  const { progress } = edge.screen(show);
  const retries = retriesOf(edge, progress);
  const run = { remote, walk, migrationId, dryRun, documents, folder: paths.phases, retries, progress };
  const render = (outcome: WalkOutcome): string =>
    `${renderWalk(walk, outcome, edge.paint(show))}${how.after(outcome)}`;
  const end = (outcome: WalkOutcome): Outcome => {
    const output = show.json
      ? `${jsonLine({ event: walk.name, deployment: remote.name, ...outcome })}\n`
      : show.quiet
        ? ""
        : render(outcome);
    return { output, failure: stepRefused(outcome, how.to) ?? documentsLeft(outcome) };
  };
  const warning = how.warning(migrationId);
  if (isAsked(remote, given, warning)) {
    const found = await how.run({ ...run, dryRun: true, enough: lookedAt });
    if (found.reasons.length > 0 || found.walked === null) return end({ ...found, dryRun, walked: null });
    await confirm(remote, given, edge, warning, render(found));
  }
  return end(await how.run(run));
}

function documentsLeft({ migrationId, walked }: WalkOutcome): UnnestError | null {
  if (walked === null || walked.left === 0) return null;
  return new UnnestError("DOCUMENTS_LEFT", `${formatCount(walked.left)} documents could not be brought there.`, {
    phase: migrationId,
  });
}
