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

/**
 * Lets a command change a deployment: production's name is typed, or given by `--confirm`; and who takes something away is told
 * what, and asked, or gives `--yes`. A dry run needs neither.
 *
 * @param warning what will be taken away; null for a change that can simply be taken back
 * @throws UnnestError CONFIRMATION_MISSING
 */
export async function confirm(
  { name, isProduction }: RemoteDeployment,
  given: unknown,
  edge: Edge,
  warning: string | null = null,
): Promise<void> {
  const { confirm: named, yes, dryRun } = parseOptions(confirmOptions, given);
  if (dryRun) return;
  const missing = (message: string, remedy?: string): UnnestError =>
    new UnnestError("CONFIRMATION_MISSING", message, { deployment: name }, remedy === undefined ? {} : { remedy });
  if (named !== undefined && named !== name) throw missing("--confirm names another deployment than the key.");
  const needsName = isProduction && named === undefined;
  const needsYes = warning !== null && !yes;
  if (!needsName && !needsYes) return;
  const wanted = needsName ? name : "yes";
  const answer = await edge.ask(
    `${warning === null ? "" : `${warning}\n`}${isProduction ? "This is production. " : ""}Type "${wanted}" to go on:`,
  );
  if (answer?.trim() === wanted) return;
  if (answer !== null) throw missing("Not confirmed.");
  const options = [...(needsName ? [`--confirm ${name}`] : []), ...(needsYes ? ["--yes"] : [])].join(" ");
  throw missing(
    warning ?? "This changes production, and nobody has confirmed it.",
    `Nothing was changed. Give \`${options}\` to do it, or \`--dry-run\` to see what would be done.`,
  );
}
