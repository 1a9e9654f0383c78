/** Where a rehearsal plays: in a deployment of this process, or in one elsewhere. */
import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import { z } from "zod";
import { transitionalSchema } from "../../convex/schema/transitionalSchema.js";
import { applicationModules } from "../../fixtures/application/modules.js";
import { Random } from "../../fixtures/generator/random.js";
import { deploymentClasses } from "../convexFormat/functionLimits.js";
import { UnnestError } from "../errors.js";
import { convexCommand, importArguments } from "../rehearse/convexCommand.js";
import { embeddedTarget } from "../rehearse/embeddedTarget.js";
import type { FaultSchedule } from "../rehearse/faultSchedule.js";
import { remoteTarget } from "../rehearse/remoteTarget.js";
import type { Target } from "../rehearse/target.js";
import { findAdminKey } from "../remote/adminKey.js";
import { openRemote } from "../remote/openRemote.js";
import { confirm } from "./confirm.js";
import type { Edge } from "./edge.js";
import * as options from "./options.js";

/** The class of the embedded deployment: no user is to be turned away for what the importer writes. */
const deploymentClass = "d1024";
/** Of that the importer takes a tenth, so that users have time to write while it runs. */
const writeBudget = "3MiB";

const stageOptions = z.object({
  url: z.string().optional(),
  keyFile: z.string().optional(),
  application: z
    .string()
    .regex(/^(\.|\w{1,64}(\/\w{1,64})*)$/, {
      error: "--application names a folder of convex/, or . for convex/ itself.",
    })
    .optional(),
  filled: z.boolean().default(false),
});

export function addStageOptions(command: Command): Command {
  return command
    .option("--url <url>", "play in this dev, preview or self-hosted deployment instead, without faults")
    .option(
      "--key-file <file>",
      "a file of yours alone with its key (default: CONVEX_DEPLOY_KEY or CONVEX_SELF_HOSTED_ADMIN_KEY)",
    )
    .option(
      "--application <folder>",
      "with --url: folder of convex/ that mounts the synthetic users' functions; without it nobody writes",
    )
    .option("--filled", "with --url: it holds the snapshot already; do not import it")
    .option("--yes", "with --url: replace all its tables by the snapshot, where nobody can be asked")
    .option("--confirm <name>", "with --url: the deployment's name");
}

/** Where it plays, and how its users and its importer are told. */
export interface Stage {
  readonly target: Target;
  /** Folder of the application's functions; null where they are not mounted. */
  readonly doorPrefix: string | null;
  readonly importOptions: readonly string[];
}

export interface StageNeeds {
  readonly snapshot: string;
  readonly seed: number;
  readonly schedule: FaultSchedule;
}

/** Throws what is wrong with url, key or consent, before anything was sent. */
export async function stageOf(given: unknown, edge: Edge, needs: StageNeeds): Promise<Stage> {
  const { url } = options.parseOptions(stageOptions, given);
  return url === undefined ? await embeddedStage(needs) : await remoteStage(url, given, edge, needs);
}

async function embeddedStage({ seed, schedule }: StageNeeds): Promise<Stage> {
  const random = new Random(seed, 0, 0);
  const target = await embeddedTarget({
    application: { schema: transitionalSchema, modules: applicationModules },
    adminKey: `dev:rehearsal|${randomBytes(24).toString("hex")}`,
    random: () => random.next(),
    faults: schedule.plan,
    writeRate: deploymentClasses[deploymentClass].writeBytesPerSecond,
  });
  return { target, doorPrefix: "", importOptions: ["--class", deploymentClass, "--write-budget", writeBudget] };
}

async function remoteStage(url: string, given: unknown, edge: Edge, { snapshot }: StageNeeds): Promise<Stage> {
  const { keyFile, application, filled } = options.parseOptions(stageOptions, given);
  const key = await findAdminKey(edge.environment, keyFile);
  const remote = openRemote({ url, adminKey: key.text, mount: "unnest", timeout: 60_000, signal: edge.signal });
  if (remote.isProduction)
    throw new UnnestError("REHEARSAL_ON_PRODUCTION", "This is a production deployment.", { deployment: remote.name });
  const command = `npx ${importArguments(snapshot).join(" ")}`;
  if (!filled) await confirm(remote, given, edge, `Every table of ${remote.name} will be replaced: ${command}.`);
  const at = { url, adminKey: key.text };
  const target = remoteTarget({ ...at, convex: convexCommand(edge.environment, at), isFilled: filled });
  const doorPrefix = application === undefined ? null : application === "." ? "" : application;
  return { target, doorPrefix, importOptions: [] };
}
