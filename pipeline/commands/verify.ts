import type { Command } from "commander";
import { phases } from "../../convex/schema/steps.js";
import { UnnestError } from "../errors.js";
import { type ComparedReader, compareReaders } from "../phases/compareReaders.js";
import { parsePhase } from "../phases/phaseArgument.js";
import { renderVerified } from "../phases/renderVerified.js";
import { type Verified, verifyPhases } from "../phases/verifyPhases.js";
import { jsonLine } from "../terminal/printable.js";
import { formatCount } from "../terminal/quantities.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import * as options from "./options.js";
import { addPageOption, pageOption } from "./phaseOptions.js";
import { addRemoteOptions, calling, openRemoteOf, retriesOf } from "./remoteOptions.js";

/** `unnest verify [phase]`: rows against documents, in the deployment. */
export function addVerify(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("verify")
    .summary("compare rows with documents in a deployment")
    .description(
      "Maps each document anew in the deployment and compares its rows, page by page; then, where reads are moving, compares answers of old and new readers until that is enough for a switch. Changes no document; the deployment notes what was compared.",
    )
    .argument("[phase]", "one phase: 5 or phase-5 (default: all that are not off)");
  options.addShowOptions(addPageOption(addRemoteOptions(command)));
  command.action(async (phase: string | undefined, given: unknown) => {
    settle(await calling(() => verify(phase, given, edge)));
  });
}

async function verify(phase: string | undefined, given: unknown, edge: Edge): Promise<Outcome> {
  const wanted = phase === undefined ? phases : [parsePhase(phase)];
  const show = options.parseOptions(options.showOptions, given);
  const { documents } = options.parseOptions(pageOption, given);
  const remote = await openRemoteOf(given, edge);
  const { progress } = edge.screen(show);
  const retries = retriesOf(edge, progress);
  const asked = { remote, phases: wanted, documents, retries, progress };
  const verified = await verifyPhases(asked);
  const readers = await compareReaders(asked);
  const differing = verified.parts.reduce((sum, part) => sum + part.differing, 0);
  const output = show.json
    ? `${jsonLine({ event: "verified", deployment: remote.name, differing, ...verified, readers })}\n`
    : show.quiet
      ? ""
      : renderVerified(verified, readers, edge.paint(show));
  return { output, failure: partsDiffer(remote.name, verified) ?? answersDiffer(remote.name, readers) };
}

function partsDiffer(deployment: string, { parts }: Verified): UnnestError | null {
  const wrong = parts.filter((part) => part.differing > 0);
  if (wrong.length === 0) return null;
  const differing = wrong.reduce((sum, part) => sum + part.differing, 0);
  return new UnnestError("PARTS_DIFFER", `${formatCount(differing)} parts differ from their rows.`, {
    deployment,
    parts: wrong.map(({ part }) => part).join(", "),
  });
}

function answersDiffer(deployment: string, readers: readonly ComparedReader[]): UnnestError | null {
  const wrong = readers.filter((reader) => reader.differing > 0);
  if (wrong.length === 0) return null;
  const differing = wrong.reduce((sum, reader) => sum + reader.differing, 0);
  return new UnnestError("PARTS_DIFFER", `${formatCount(differing)} answers of old and new readers differ.`, {
    deployment,
    readers: wrong.map(({ reader }) => reader).join(", "),
  });
}
