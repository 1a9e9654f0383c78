import { z } from "zod";
import { onlineVersion } from "../../convex/schema/version.js";
import { UnnestError } from "../errors.js";
import { CallFailure } from "./callFailure.js";
import type { RemoteDeployment } from "./openRemote.js";
import { type DeploymentStatus, deploymentStatus } from "./phaseStatus.js";
import { type RetryOptions, withRetries } from "./withRetries.js";

/** All that is asked before it is known that both sides are of one version. */
const anyVersion = z.looseObject({ version: z.number() });

/**
 * Asks a deployment about itself, before anything else is sent: whether the migration's functions are there, of this version, and
 * where each phase is.
 *
 * @throws UnnestError DEPLOYMENT_UNREACHABLE at once where no first connection comes about, DEPLOYMENT_WITHOUT_FUNCTIONS, DEPLOYMENT_VERSION;
 * CallFailure
 */
export async function probe(remote: RemoteDeployment, retries: RetryOptions): Promise<DeploymentStatus> {
  const answer = await withRetries(() => ask(remote), retries).catch((error: unknown) => {
    if (error instanceof CallFailure && error.kind === "failed")
      throw new UnnestError("DEPLOYMENT_WITHOUT_FUNCTIONS", "The deployment does not answer as one of a migration.", {
        deployment: remote.name,
        function: error.path,
        requestId: error.requestId ?? undefined,
      });
    throw error;
  });
  if (answer.version !== onlineVersion)
    throw new UnnestError("DEPLOYMENT_VERSION", "The deployment runs another version of the migration's functions.", {
      deployment: remote.name,
      version: answer.version,
      expected: onlineVersion,
    });
  const status = deploymentStatus.safeParse(answer);
  if (status.success) return status.data;
  throw new CallFailure("malformed", { path: "status", status: 200, detail: "its shape" });
}

/** Codes of the system, of TLS and of Node's client for an address that no connection came about with: another call would fare no better. */
const unconnected =
  /^(?:ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|EPROTO|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+)$/;

/** Those that have answered once: an address that was right is not wrong because its server starts anew. */
const reached = new WeakSet<RemoteDeployment>();

async function ask(remote: RemoteDeployment): Promise<z.infer<typeof anyVersion>> {
  try {
    const answer = await remote.query("status", {}, anyVersion);
    reached.add(remote);
    return answer;
  } catch (error) {
    const isUnconnected = error instanceof CallFailure && error.kind === "lost" && unconnected.test(error.code ?? "");
    if (!isUnconnected || reached.has(remote)) throw error;
    throw new UnnestError("DEPLOYMENT_UNREACHABLE", "No connection to the deployment comes about.", {
      url: remote.url,
      code: error.code ?? undefined,
    });
  }
}
