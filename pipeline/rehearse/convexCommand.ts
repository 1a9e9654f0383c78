/** What only Convex's own command line does: filling a deployment with given ids, and exporting it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { UnnestError } from "../errors.js";
import { nameInUrl } from "../remote/deploymentUrl.js";

export interface ConvexCommand {
  /** Makes the deployment hold the snapshot's documents and no others. */
  importAll(snapshot: string): Promise<void>;
  exportTo(path: string): Promise<void>;
}

/** The arguments, as a person would type them. */
export function importArguments(snapshot: string): readonly string[] {
  return ["convex", "import", "--replace-all", "-y", snapshot];
}

/**
 * Calls `npx convex` for a deployment, whose key travels in the environment: Convex's own under one name, a self-hosted one's under another.
 *
 * @throws UnnestError CONVEX_COMMAND_FAILED
 */
export function convexCommand(
  inherited: Readonly<Record<string, string | undefined>>,
  { url, adminKey }: { readonly url: string; readonly adminKey: string },
): ConvexCommand {
  const { CONVEX_DEPLOYMENT, CONVEX_DEPLOY_KEY, CONVEX_SELF_HOSTED_URL, CONVEX_SELF_HOSTED_ADMIN_KEY, ...rest } =
    inherited;
  const isCloud = nameInUrl(new URL(url)) !== null;
  const environment = {
    ...rest,
    ...(isCloud
      ? { CONVEX_DEPLOY_KEY: adminKey }
      : { CONVEX_SELF_HOSTED_URL: url, CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey }),
  };
  const run = async (args: readonly string[]): Promise<void> => {
    const child = spawn("npx", [...args], { env: environment, stdio: ["ignore", "ignore", "ignore"] });
    const code = await once(child, "close").then(
      ([ended]: unknown[]) => ended,
      () => "no npx",
    );
    if (code === 0) return;
    throw new UnnestError("CONVEX_COMMAND_FAILED", `\`npx ${args.slice(0, 2).join(" ")}\` ended with ${code}.`);
  };
  return {
    importAll: async (snapshot) => await run(importArguments(snapshot)),
    exportTo: async (path) => await run(["convex", "export", "--path", path]),
  };
}
