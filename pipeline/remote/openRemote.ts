/** The only door to a deployment: Convex's own client, between checks of what goes out and what comes back. */
import { ConvexHttpClient } from "convex/browser";
import { type DefaultFunctionArgs, makeFunctionReference } from "convex/server";
import type { z } from "zod";
import { UnnestError } from "../errors.js";
import { type AdminKey, parseAdminKey } from "./adminKey.js";
import { CallFailure } from "./callFailure.js";
import { isLoopback, nameInUrl, parseDeploymentUrl } from "./deploymentUrl.js";
import { exchange } from "./exchange.js";

export interface RemoteOptions {
  readonly url: string;
  readonly adminKey: string;
  /** The application's module that mounts the migration's functions: `unnest`. */
  readonly mount: string;
  /** Milliseconds a call may take. */
  readonly timeout: number;
  /** Aborted, it lets calls in flight end and no other begin. */
  readonly signal: AbortSignal;
  /** Node's own by default. */
  readonly fetch?: typeof fetch;
}

export interface RemoteDeployment {
  readonly url: string;
  readonly name: string;
  /** By its key; a key that does not say counts as production's anywhere but on this machine. */
  readonly isProduction: boolean;
  /**
   * Calls a function of the mount, in an internal one too.
   *
   * @param name without the mount: `status`
   * @param answer the shape of what it answers
   * @throws CallFailure; the signal's reason, once it is aborted
   */
  query<T>(name: string, args: object, answer: z.ZodType<T>): Promise<T>;
  /** As `query`; several may be under way at once. */
  mutation<T>(name: string, args: object, answer: z.ZodType<T>): Promise<T>;
}

/**
 * Opens a deployment; nothing is sent yet.
 *
 * @throws UnnestError WRONG_URL, WRONG_KEY; KEY_OF_ANOTHER_DEPLOYMENT where key and address name different ones
 */
export function openRemote({
  url: address,
  adminKey,
  mount,
  timeout,
  signal,
  ...rest
}: RemoteOptions): RemoteDeployment {
  const url = parseDeploymentUrl(address);
  const key = parseAdminKey(adminKey);
  requireSameDeployment(key, url);

  const call = async <T>(type: "query" | "mutation", name: string, args: object, answer: z.ZodType<T>): Promise<T> => {
    signal.throwIfAborted();
    const path = `${mount}:${name}`;
    let isSent = false;
    // A client a call: it is an address and a key, and so its fetch knows which call it serves.
    const client = new ConvexHttpClient(url.href.replace(/\/$/, ""), {
      logger: false,
      skipConvexDeploymentUrlCheck: true,
      fetch: (input, init) => {
        isSent = true;
        return exchange({ fetch: rest.fetch ?? fetch, key, path, timeout }, input, init);
      },
    });
    authorize(client, key);
    const reference = makeFunctionReference<typeof type, DefaultFunctionArgs>(path);
    let value: unknown;
    try {
      value =
        type === "query"
          ? await client.query(reference as never, args as never)
          : await client.mutation(reference as never, args as never, { skipQueue: true });
    } catch (error) {
      // What the client cannot decode of an answer that has come; before that, it is the arguments' fault, and ours.
      if (error instanceof CallFailure || !isSent) throw error;
      throw new CallFailure("malformed", { path, status: 200, detail: "no value of Convex's" });
    }
    const parsed = answer.safeParse(value);
    if (parsed.success) return parsed.data;
    const field = parsed.error.issues[0]?.path.filter((key) => typeof key !== "symbol").join(".") ?? "";
    throw new CallFailure("malformed", {
      path,
      status: 200,
      detail: field === "" ? "its shape" : `its field ${field}`,
    });
  };

  return {
    url: url.href.replace(/\/$/, ""),
    name: key.name,
    isProduction: key.kind === "prod" || (key.kind === null && !isLoopback(url)),
    query: (name, args, answer) => call("query", name, args, answer),
    mutation: (name, args, answer) => call("mutation", name, args, answer),
  };
}

/** A key is not shown to a deployment that it is not for. */
function requireSameDeployment({ name }: AdminKey, url: URL): void {
  const other = nameInUrl(url);
  if (other !== null && other !== name)
    throw new UnnestError("KEY_OF_ANOTHER_DEPLOYMENT", "The key is for another deployment than the url.", {
      url: url.href,
      keyFor: name,
    });
}

/** `setAdminAuth` is marked internal, so that its types leave it out. */
function authorize(client: ConvexHttpClient, { text }: AdminKey): void {
  (client as ConvexHttpClient & { setAdminAuth(token: string): void }).setAdminAuth(text);
}
