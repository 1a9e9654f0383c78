import type { Command } from "commander";
import { z } from "zod";
import { UnnestError } from "../errors.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import type { Edge } from "./edge.js";
import { parseOptions } from "./options.js";

const confirmOptions = z.object({
  confirm: z.string().optional(),
  yes: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});

/** For every command that changes a deployment. */
export function addConfirmOptions(command: Command): Command {
  return command
    .option("--dry-run", "show what would be done, and do nothing")
    .option("--confirm <name>", "the deployment's name, which production asks for where nobody can be asked");
}

/** For commands that take something away as well. */
export function addDestructiveOptions(command: Command): Command {
  return addConfirmOptions(command).option("--yes", "do it, where nobody can be asked");
}

/** What options leave open: what `confirm` has to ask for. */
function openIn(
  { name, isProduction }: RemoteDeployment,
  given: unknown,
  warning: string | null,
): { readonly needsName: boolean; readonly needsYes: boolean } {
  const { confirm: named, yes, dryRun } = parseOptions(confirmOptions, given);
  if (!dryRun && named !== undefined && named !== name)
    throw missing(name, "--confirm names another deployment than the key.");
  return {
    needsName: !dryRun && isProduction && named === undefined,
    needsYes: !dryRun && warning !== null && !yes,
  };
}

const missing = (deployment: string, message: string, remedy?: string): UnnestError =>
  new UnnestError("CONFIRMATION_MISSING", message, { deployment }, remedy === undefined ? {} : { remedy });

/**
 * Will `confirm` ask? Then what would be done is looked at first, so that who is asked sees it.
 *
 * @throws UnnestError CONFIRMATION_MISSING when another deployment is named
 */
export function isAsked(remote: RemoteDeployment, given: unknown, warning: string | null): boolean {
  const { needsName, needsYes } = openIn(remote, given, warning);
  return needsName || needsYes;
}

/**
 * Lets a command change a deployment: production's name is typed, or given by `--confirm`; and who takes something away is told
 * what, and asked, or gives `--yes`. A dry run needs neither.
 *
 * @param warning what will be taken away; null for a change that can simply be taken back
 * @param found what a look at the deployment has shown, above the question
 * @throws UnnestError CONFIRMATION_MISSING
 */
export async function confirm(
  remote: RemoteDeployment,
  given: unknown,
  edge: Edge,
  warning: string | null = null,
  found = "",
): Promise<void> {
  const { name, isProduction } = remote;
  const { needsName, needsYes } = openIn(remote, given, warning);
  if (!needsName && !needsYes) return;
  const wanted = needsName ? name : "yes";
  const answer = await edge.ask(
    `${found}${warning === null ? "" : `${warning}\n`}${isProduction ? "This is production. " : ""}Type "${wanted}" to go on:`,
  );
  if (answer?.trim() === wanted) return;
  if (answer !== null) throw missing(name, "Not confirmed.");
  const options = [...(needsName ? [`--confirm ${name}`] : []), ...(needsYes ? ["--yes"] : [])].join(" ");
  throw missing(
    name,
    warning ?? "This changes production, and nobody has confirmed it.",
    `Nothing was changed. Give \`${options}\` to do it, or \`--dry-run\` to see what would be done.`,
  );
}
