import type { Command } from "commander";
import { z } from "zod";
import { describePhases } from "../phases/describePhases.js";
import { renderPhases } from "../phases/renderPhases.js";
import { withRetries } from "../remote/withRetries.js";
import { jsonLine } from "../terminal/printable.js";
import { formatCount } from "../terminal/quantities.js";
import { addConfirmOptions, confirm } from "./confirm.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import * as options from "./options.js";
import { dryRunOption } from "./phaseOptions.js";
import { addRemoteOptions, calling, openRemoteOf, retriesOf } from "./remoteOptions.js";

const flags = z.object({ retryJobs: z.boolean().default(false) });

/** `unnest status`: where each phase is, and what it waits for. */
export function addStatus(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("status")
    .summary("where each phase is in a deployment, and what holds it up")
    .description("Asks the deployment for each phase's step, jobs and counts, and whether it would take its next step.")
    .option("--retry-jobs", "give jobs that were set aside another try first");
  options.addShowOptions(addConfirmOptions(addRemoteOptions(command)));
  command.action(async (given: unknown) => {
    settle(await calling(() => status(given, edge)));
  });
}

async function status(given: unknown, edge: Edge): Promise<Outcome> {
  const { retryJobs } = options.parseOptions(flags, given);
  const { dryRun } = options.parseOptions(dryRunOption, given);
  const show = options.parseOptions(options.showOptions, given);
  const remote = await openRemoteOf(given, edge);
  const retries = retriesOf(edge, edge.screen(show).progress);
  let note = "";
  if (retryJobs && !dryRun) {
    await confirm(remote, given, edge);
    const answer = z.object({ retried: z.number().int().nonnegative() });
    const { retried } = await withRetries(() => remote.mutation("retryJobs", {}, answer), retries);
    note = `${formatCount(retried)} jobs are tried again, and the deployment goes on with any others.\n`;
  }
  const described = await describePhases(remote, retries);
  const output = show.json
    ? `${jsonLine({ event: "status", ...described })}\n`
    : renderPhases(described, edge.paint(show));
  return { output: show.json || show.quiet ? output : `${note}${output}`, failure: null };
}
