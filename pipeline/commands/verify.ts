import type { Command } from "commander";
import { phases } from "../../convex/schema/steps.js";
import { UnnestError } from "../errors.js";
import { parsePhase } from "../phases/phaseArgument.js";
import { renderVerified } from "../phases/renderVerified.js";
import { verifyPhases } from "../phases/verifyPhases.js";
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
    .description("Maps each document anew in the deployment and compares its rows, page by page. Changes nothing.")
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
  const verified = await verifyPhases({ remote, phases: wanted, documents, retries, progress });
  const differing = verified.parts.reduce((sum, part) => sum + part.differing, 0);
  const output = show.json
    ? `${jsonLine({ event: "verified", deployment: remote.name, differing, ...verified })}\n`
    : show.quiet
      ? ""
      : renderVerified(verified, edge.paint(show));
  const failure =
    differing === 0
      ? null
      : new UnnestError("PARTS_DIFFER", `${formatCount(differing)} parts differ from their rows.`, {
          deployment: remote.name,
          parts: verified.parts
            .filter((part) => part.differing > 0)
            .map(({ part }) => part)
            .join(", "),
        });
  return { output, failure };
}
