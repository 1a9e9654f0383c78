/** Options of the commands that talk to a deployment, and the deployment they open. */
import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import { z } from "zod";
import { UnnestError } from "../errors.js";
import { findAdminKey } from "../remote/adminKey.js";
import { openRemote, type RemoteDeployment } from "../remote/openRemote.js";
import { remoteError } from "../remote/remoteError.js";
import type { RetryOptions } from "../remote/withRetries.js";
import type { Progress } from "../run/progress.js";
import type { Edge } from "./edge.js";
import { parseOptions, wholeNumber } from "./options.js";

const urlVariables = ["CONVEX_URL", "CONVEX_SELF_HOSTED_URL"] as const;

const remoteOptions = z.object({
  url: z.string().optional(),
  keyFile: z
    .string()
    .refine((path) => !path.includes("|"), {
      error: "--key-file names a file. A key is never an argument: other users of this machine can read those.",
    })
    .optional(),
  mount: z.string().regex(/^\w{1,64}(\/\w{1,64})*$/, { error: "--mount names a module of convex/, such as unnest." }),
  timeout: wholeNumber("--timeout", 1, 600),
});

export function addRemoteOptions(command: Command): Command {
  return command
    .option("--url <url>", `the deployment (default: ${urlVariables.join(" or ")})`)
    .option(
      "--key-file <file>",
      "a file of yours alone with the deployment's key (default: CONVEX_DEPLOY_KEY or CONVEX_SELF_HOSTED_ADMIN_KEY)",
    )
    .option("--mount <module>", "module of convex/ that mounts the migration's functions", "unnest")
    .option("--timeout <seconds>", "longest wait for one call's answer", "60");
}

/**
 * Opens the deployment that options and environment name; nothing is sent yet.
 *
 * @throws UnnestError USAGE, and what is wrong with url or key
 */
export async function openRemoteOf(given: unknown, edge: Edge): Promise<RemoteDeployment> {
  const { url, keyFile, mount, timeout } = parseOptions(remoteOptions, given);
  const key = await findAdminKey(edge.environment, keyFile);
  return openRemote({
    url: url ?? urlIn(edge.environment),
    adminKey: key.text,
    mount,
    timeout: timeout * 1000,
    signal: edge.signal,
  });
}

/** Is there a deployment to be asked? A forecast can do without. */
export function namesDeployment(given: unknown, { environment }: Edge): boolean {
  const { url } = parseOptions(remoteOptions, given);
  return url !== undefined || urlVariables.some((name) => (environment[name] ?? "") !== "");
}

function urlIn(environment: Edge["environment"]): string {
  const found = urlVariables.map((name) => environment[name]).filter((text) => text !== undefined && text !== "");
  const [url] = found;
  if (url === undefined) throw new UnnestError("WRONG_URL", "No deployment was named.");
  if (found.some((other) => other !== url))
    throw new UnnestError("WRONG_URL", `${urlVariables.join(" and ")} are both set, to different deployments.`);
  return url;
}

/** How a command that makes one call after another makes a failed one again: for about a minute, and saying so. */
export function retriesOf({ signal }: Edge, progress: Progress): RetryOptions {
  return {
    attempts: 9,
    sleep: async (milliseconds) => await wait(milliseconds, undefined, { signal }),
    random: Math.random,
    onRetry: ({ failure, delay }) => progress.note(`${failure.message} Again in ${(delay / 1000).toFixed(1)} s.`),
  };
}

/** Runs a command's calls; one that failed for good becomes the command's error, as does a stop in their midst. */
export async function calling<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError")
      throw new UnnestError("INTERRUPTED", "Stopped on request.", {}, { remedy: goOn });
    throw remoteError(error);
  }
}

const goOn = "Start the same command again: what is done is not done twice.";
