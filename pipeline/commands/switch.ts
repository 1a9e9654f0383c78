import type { Command } from "commander";
import { z } from "zod";
import { UnnestError } from "../errors.js";
import { parsePhase } from "../phases/phaseArgument.js";
import { explainAll } from "../phases/reasons.js";
import { type SwitchOutcome, switchPhase } from "../phases/switchPhase.js";
import type { Paint } from "../terminal/paint.js";
import { jsonLine } from "../terminal/printable.js";
import { addDestructiveOptions, confirm, isAsked } from "./confirm.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import * as options from "./options.js";
import { addBufferOption, addForceOption, bufferOption, dryRunOption, forceOption } from "./phaseOptions.js";
import { addRemoteOptions, calling, openRemoteOf, retriesOf } from "./remoteOptions.js";
import { stepRefused } from "./stepRefused.js";

const target = z.enum(["dual-write", "shadow", "new-then-old", "new", "complete"]);

/** Steps that another command takes a phase to. */
const elsewhere: Readonly<Record<string, string>> = {
  off: "`unnest abort <phase>` takes a phase back to off.",
  cleaned: "`unnest cleanup <phase>` takes a phase to cleaned.",
  returning: "`unnest rebuild <phase>` takes a phase to returning and back to new.",
};

/** `unnest switch <phase> <step>`: one step on or back. */
export function addSwitch(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("switch")
    .summary("take a phase one step on or back in a deployment")
    .description("One step at a time; on is refused while something does not keep up, back never is.")
    .argument("<phase>", "5 or phase-5")
    .argument("<step>", target.options.join(", "));
  options.addShowOptions(addDestructiveOptions(addBufferOption(addForceOption(addRemoteOptions(command)))));
  command.action(async (phase: string, step: string, given: unknown) => {
    settle(await calling(() => switchTo(phase, step, given, edge)));
  });
}

async function switchTo(phase: string, step: string, given: unknown, edge: Edge): Promise<Outcome> {
  const migrationId = parsePhase(phase);
  const to = parseTarget(step);
  const show = options.parseOptions(options.showOptions, given);
  const { dryRun } = options.parseOptions(dryRunOption, given);
  const { force } = options.parseOptions(forceOption, given);
  const { bufferDays } = options.parseOptions(bufferOption, given);
  const remote = await openRemoteOf(given, edge);
  const warning = to === "complete" ? `${migrationId} becomes complete: from there is no way back.` : null;
  const retries = retriesOf(edge, edge.screen(show).progress);
  const order = { remote, migrationId, to, dryRun, force, bufferDays, retries };
  const render = (outcome: SwitchOutcome): string => renderSwitch(outcome, edge.paint(show));
  const end = (outcome: SwitchOutcome): Outcome => {
    const output = show.json
      ? `${jsonLine({ event: "switched", deployment: remote.name, ...outcome })}\n`
      : show.quiet
        ? ""
        : render(outcome);
    return { output, failure: stepRefused(outcome, to) };
  };
  if (isAsked(remote, given, warning)) {
    // Who is asked sees that nothing holds the step up; where something does, nobody is asked.
    const found = await switchPhase({ ...order, dryRun: true });
    if (found.reasons.length > 0 || found.wasThere) return end({ ...found, dryRun });
    await confirm(remote, given, edge, warning, render(found));
  }
  return end(await switchPhase(order));
}

function parseTarget(step: string): z.infer<typeof target> {
  const parsed = target.safeParse(step);
  if (parsed.success) return parsed.data;
  const hint = Object.hasOwn(elsewhere, step) ? ` ${elsewhere[step]}` : "";
  throw new UnnestError("USAGE", `A switch goes to ${target.options.join(", ")}, not "${step}".${hint}`);
}

function renderSwitch(
  { migrationId, from, to, epoch, dryRun, wasThere, reasons }: SwitchOutcome,
  paint: Paint,
): string {
  if (wasThere) return `${migrationId} is at ${to} already.\n`;
  if (reasons.length > 0)
    return explainAll(reasons, migrationId)
      .map((line) => `  ${paint("yellow", "held up")} ${line}\n`)
      .join("");
  if (dryRun) return `Nothing holds ${migrationId} up: ${from} → ${to}. A dry run, nothing was changed.\n`;
  return `${migrationId}: ${from} → ${paint("bold", to)}, epoch ${epoch}. Next: \`unnest status\`\n`;
}
