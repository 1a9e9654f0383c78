/** The embedded deployment's server: the real `ConvexHttpClient` talks to it. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { EmbeddedDeployment } from "./embeddedDeployment.js";
import { type FaultPlan, faultName } from "./faults/faultPlan.js";
import { functionRoutes } from "./http/functionRoutes.js";

export interface Serving {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** How often calls met a fault, by `faultName`. */
  readonly faultsMet: ReadonlyMap<string, number>;
  /** Takes no more calls and resolves when those under way are answered. */
  close(): Promise<void>;
}

export interface ServeOptions {
  /** `dev:name|secret`, `prod:name|secret` or `name|secret`. */
  readonly adminKey: string;
  /** 0, the default: one that is free. */
  readonly port?: number;
  /** What calls meet; none unless told otherwise. */
  readonly faults?: FaultPlan;
  /** Is told what the deployment itself threw, a defect of its engine; the client gets no more than 500. */
  readonly onDefect?: (error: unknown) => void;
}

/** Longer than anything here keeps a client waiting. */
const idleMilliseconds = 600_000;

/** The machine itself: nobody else can call. */
const loopback = "127.0.0.1";

/**
 * Serves a deployment until it is closed. Neither keys nor bodies are kept or written anywhere.
 * Throws what listening throws, such as EADDRINUSE.
 */
export async function serve(deployment: Pick<EmbeddedDeployment, "call">, options: ServeOptions): Promise<Serving> {
  const { adminKey, port = 0, faults = () => null, onDefect = () => {} } = options;
  const faultsMet = new Map<string, number>();
  const app = functionRoutes({
    deployment,
    adminKey,
    faults,
    onDefect,
    met: (fault) => faultsMet.set(faultName(fault), (faultsMet.get(faultName(fault)) ?? 0) + 1),
  });
  let isClosing = false;
  const server = createAdaptorServer({
    fetch: async (request, env) => {
      const response = await app.fetch(request, env);
      // A connection that is kept open would keep the server from closing.
      if (isClosing) response.headers.set("connection", "close");
      return response;
    },
    overrideGlobalObjects: false,
  });
  // Node closes an idle connection after five seconds, of which a busy deployment may not hear in time: a call on it would be lost.
  (server as Server).keepAliveTimeout = idleMilliseconds;
  server.listen(port, loopback);
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    url: `http://${loopback}:${address.port}`,
    faultsMet,
    async close() {
      isClosing = true;
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}
