/** A server that answers whatever a test wants: nothing of it is Convex's. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

/** What a request carried, as far as tests look at it. */
export interface Received {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface Answering {
  readonly url: string;
  readonly received: readonly Received[];
  /** Ends it before the test does. */
  close(): Promise<void>;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** Starts a server on this machine that lives as long as the test. */
export async function answering(
  answer: (response: ServerResponse, request: IncomingMessage, received: Received) => void,
): Promise<Answering> {
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    response.on("error", () => {});
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { url: path = "", headers } = request;
      const one = { path, authorization: headers.authorization, body: Buffer.concat(chunks).toString("utf8") };
      received.push(one);
      answer(response, request, one);
    });
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  open.push(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, close };
}

/** Ends a response with JSON. */
export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
