/** A remote deployment as commands open it, with what a test wants to be otherwise. */
import { openRemote, type RemoteDeployment, type RemoteOptions } from "../../pipeline/remote/openRemote.js";
import type { RetryOptions } from "../../pipeline/remote/withRetries.js";

export const secret = "5ec7e7000000000000000000f00dcafe";
export const key = `happy-animal-123|${secret}`;

export function opened(url: string, options: Partial<RemoteOptions> = {}): RemoteDeployment {
  const { signal } = new AbortController();
  return openRemote({ url, adminKey: key, mount: "unnest", timeout: 10_000, signal, ...options });
}

/** Retries without waiting. */
export const impatient: RetryOptions = { attempts: 3, sleep: async () => {}, random: () => 0 };

/** Whatever a promise fails with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => {
      throw new Error(`it did not fail: ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
