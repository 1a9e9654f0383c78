/** Convex's own client against servers that answer well, badly, late, too much, and not at all. */
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { convexToJson } from "convex/values";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { CallFailureKind } from "../../pipeline/remote/callFailure.js";
import { answering, json } from "./answering.js";
import { failureOf, key, opened, secret } from "./opened.js";

const anything = z.unknown();
const success = (value: unknown) => ({ status: "success", value, logLines: ["[LOG] 'hello'"] });

describe("a call that goes well", () => {
  it("speaks the protocol: path of the mount, arguments encoded, key as an admin's", async () => {
    const server = await answering((response) => json(response, success({ n: 1, big: { $integer: "BwAAAAAAAAA=" } })));
    const remote = opened(server.url);
    const answer = await remote.query("status", { since: 3n }, z.object({ n: z.number(), big: z.bigint() }));
    await remote.mutation("importParts", { parts: [] }, anything);
    expect(answer).toEqual({ n: 1, big: 7n });
    expect(server.received).toMatchObject([
      { path: "/api/query", authorization: `Convex ${key}` },
      { path: "/api/mutation", authorization: `Convex ${key}` },
    ]);
    expect(server.received.map(({ body }) => JSON.parse(body))).toEqual([
      { path: "unnest:status", format: "convex_encoded_json", args: [convexToJson({ since: 3n })] },
      { path: "unnest:importParts", format: "convex_encoded_json", args: [{ parts: [] }] },
    ]);
  });

  it("does not wait for another mutation", async () => {
    const waiting: ServerResponse[] = [];
    const server = await answering((response) => {
      waiting.push(response);
      if (waiting.length === 3) for (const one of waiting) json(one, success(null));
    });
    const remote = opened(server.url);
    await Promise.all([1, 2, 3].map((n) => remote.mutation("importParts", { n }, z.null())));
    expect(server.received).toHaveLength(3);
  });

  it("reaches a backend that lies behind a path", async () => {
    const server = await answering((response) => json(response, success(null)));
    await opened(`${server.url}/backend/`).query("status", {}, z.null());
    expect(server.received[0]?.path).toBe("/backend/api/query");
  });
});

describe("production", () => {
  it.each([
    ["https://happy-animal-123.convex.cloud", `prod:${key}`, true],
    ["https://happy-animal-123.convex.cloud", `dev:${key}`, false],
    ["https://convex.example.com", key, true],
    ["http://127.0.0.1:3210", key, false],
    ["http://127.0.0.1:3210", `prod:${key}`, true],
  ])("%s with %s: %s", (url, adminKey, isProduction) => {
    expect(opened(url, { adminKey })).toMatchObject({ name: "happy-animal-123", isProduction });
  });

  it("a key is shown to no deployment but its own", () => {
    expect(() => opened("https://other-animal-1.convex.cloud", { adminKey: `prod:${key}` })).toThrow(
      expect.objectContaining({ code: "KEY_OF_ANOTHER_DEPLOYMENT" }),
    );
  });
});

/** What a server does, and what is made of it. */
const answers: Readonly<Record<string, readonly [(response: ServerResponse) => void, CallFailureKind, object?]>> = {
  "a ConvexError": [
    (response) =>
      json(response, {
        status: "error",
        errorMessage: "[Request ID: 0123abcd] Server Error",
        errorData: convexToJson({ code: "epoch_ended", epoch: 3, at: 7n }),
      }),
    "refused",
    { code: "epoch_ended", data: { code: "epoch_ended", epoch: 3, at: 7n }, requestId: "0123abcd" },
  ],
  "a ConvexError without a code": [
    (response) => json(response, { status: "error", errorMessage: "x", errorData: "no" }),
    "refused",
    { code: null, data: "no" },
  ],
  "a function that fails": [
    (response) => json(response, { status: "error", errorMessage: "[Request ID: 0123abcd] Server Error" }),
    "failed",
    { code: null, requestId: "0123abcd" },
  ],
  "the same from an older backend": [
    (response) => json(response, { status: "error", errorMessage: "x" }, 560),
    "failed",
    { status: 560 },
  ],
  BadJsonBody: [(response) => json(response, { code: "BadJsonBody", message: "m" }, 400), "failed"],
  "a body too large for a proxy": [(response) => void response.writeHead(413).end("<html>"), "failed"],
  BadAdminKey: [(response) => json(response, { code: "BadAdminKey", message: "m" }, 401), "denied"],
  BadDeployKey: [(response) => json(response, { code: "BadDeployKey", message: "m" }, 403), "denied"],
  "a proxy's 403": [(response) => void response.writeHead(403).end("<html>"), "denied", { code: null }],
  TooManyWrites: [(response) => json(response, { code: "TooManyWrites", message: "m" }, 429), "overloaded"],
  OptimisticConcurrencyControlFailure: [
    (response) => json(response, { code: "OptimisticConcurrencyControlFailure", message: "m" }, 503),
    "conflict",
  ],
  CommitterFullError: [(response) => json(response, { code: "CommitterFullError", message: "m" }, 503), "overloaded"],
  "a proxy's 503": [(response) => void response.writeHead(503).end(), "overloaded", { code: null }],
  InternalServerError: [(response) => json(response, { code: "InternalServerError", message: "m" }, 500), "overloaded"],
  "a reset": [(response) => void response.destroy(), "lost", { status: null }],
  "a reset in the midst": [
    (response) => {
      response.writeHead(200, { "Content-Length": "100" }).write('{"status":');
      setTimeout(() => response.destroy(), 10);
    },
    "lost",
  ],
  "an end in the midst": [(response) => void response.end('{"status":"success","val'), "lost", { status: 200 }],
  HTML: [(response) => void response.end("<html>Sign in</html>"), "malformed"],
  nothing: [(response) => void response.end(), "malformed"],
  "another API's JSON": [(response) => json(response, { ok: true }), "malformed"],
  "a list": [(response) => json(response, []), "malformed"],
  "log lines that are none": [(response) => json(response, { status: "success", logLines: 5 }), "malformed"],
  "success without a value": [(response) => json(response, { status: "success" }), "malformed"],
  "a value that is none of Convex's": [
    (response) => json(response, { status: "success", value: { $integer: "x" } }),
    "malformed",
  ],
  "data that is none of Convex's": [
    (response) => json(response, { status: "error", errorMessage: "x", errorData: { $bytes: 1 } }),
    "malformed",
  ],
  "a value of another shape": [(response) => json(response, success({ n: "text" })), "malformed"],
  "no UTF-8": [(response) => void response.end(Buffer.from([0x7b, 0xff, 0xfe])), "lost"],
  "404": [(response) => json(response, { message: "no such page" }, 404), "malformed", { status: 404 }],
  "JSON a hundred thousand levels deep": [
    (response) => void response.end(`{"status":"success","value":${"[".repeat(1e5)}${"]".repeat(1e5)}}`),
    "malformed",
  ],
  "an error's data as deep": [
    (response) =>
      void response.end(`{"status":"error","errorMessage":"x","errorData":${"[".repeat(1e4)}${"]".repeat(1e4)}}`),
    "malformed",
  ],
};

describe("a call that fails", () => {
  it.each(Object.entries(answers))("%s", async (_name, [answer, kind, fields = {}]) => {
    const server = await answering(answer);
    const shape = z.object({ n: z.number() });
    const failure = await failureOf(opened(server.url).mutation("importParts", {}, shape));
    expect(failure).toMatchObject({ name: "CallFailure", path: "unnest:importParts", kind, ...fields });
  });

  it("nobody listens", async () => {
    const failure = await failureOf(opened("http://127.0.0.1:1").query("status", {}, anything));
    expect(failure).toMatchObject({ kind: "lost", status: null });
  });

  it.each([301, 302, 303, 307, 308])("a redirect (%i) is not followed: the key stays here", async (status) => {
    const other = await answering((response) => json(response, success(null)));
    const server = await answering((response) => void response.writeHead(status, { Location: other.url }).end());
    expect(await failureOf(opened(server.url).query("status", {}, anything))).toMatchObject({
      kind: "malformed",
      status,
    });
    expect(other.received).toEqual([]);
  });

  it("an answer that never comes, or never ends", async () => {
    const silent = await answering(() => {});
    const dripping = await answering((response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    });
    for (const { url } of [silent, dripping])
      expect(await failureOf(opened(url, { timeout: 300 }).query("status", {}, anything))).toMatchObject({
        kind: "lost",
        code: "timeout",
      });
  });

  it.each([200, 503])("an answer of a gigabyte (status %i) is given up where it is too large", async (status) => {
    const mebibyte = Buffer.alloc(1024 * 1024, " ");
    let sent = 0;
    const server = await answering((response) => {
      response.writeHead(status);
      const write = (): void => {
        while (sent < 1024 && !response.destroyed) {
          sent += 1;
          if (!response.write(mebibyte)) return void response.once("drain", write);
        }
        response.end();
      };
      write();
    });
    const failure = await failureOf(opened(server.url).query("status", {}, anything));
    expect(failure).toMatchObject({ kind: status === 200 ? "malformed" : "overloaded", status });
    expect(sent).toBeLessThan(128);
  });

  it("a small answer that unpacks to too much is as well", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
    const server = await answering((response) => {
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(bomb);
    });
    const failure = await failureOf(opened(server.url).query("status", {}, anything));
    expect(failure).toMatchObject({ kind: "malformed", status: 200 });
  });

  it("is ours where the arguments are no values: nothing is sent", async () => {
    const server = await answering((response) => json(response, success(null)));
    const failure = await failureOf(opened(server.url).query("status", { at: new Date(0) }, anything));
    expect(failure).not.toMatchObject({ name: "CallFailure" });
    expect(server.received).toEqual([]);
  });
});

describe("Ctrl-C", () => {
  it("lets the call in flight end and begins no other", async () => {
    const stop = new AbortController();
    const server = await answering((response) => {
      stop.abort();
      setTimeout(() => json(response, success("done")), 20);
    });
    const remote = opened(server.url, { signal: stop.signal });
    expect(await remote.mutation("importParts", {}, z.string())).toBe("done");
    expect(await failureOf(remote.mutation("importParts", {}, z.string()))).toMatchObject({ name: "AbortError" });
    expect(server.received).toHaveLength(1);
  });
});

describe("the key", () => {
  const whole = (error: unknown): string => {
    const { message, stack, cause } = error as Error;
    return JSON.stringify([error, message, stack, cause, String(error), Object.entries(error as object)]);
  };

  /** Servers that send back what they were sent, each in its own place. */
  const echoes: Readonly<Record<string, (response: ServerResponse, authorization: string) => void>> = {
    "a value": (response, key) => json(response, success({ n: 1, key })),
    "a name": (response, key) => json(response, success({ [key]: 1 })),
    "an error's message": (response, key) => json(response, { status: "error", errorMessage: key }),
    "an error's data": (response, key) =>
      json(response, { status: "error", errorMessage: "x", errorData: { code: key, list: [{ key }] } }),
    "an error's code": (response, key) =>
      json(response, { status: "error", errorMessage: "x", errorData: { code: key.split("|")[1] } }),
    "a request id": (response, key) =>
      json(response, { status: "error", errorMessage: `[Request ID: ${key.split("|")[1]}] Server Error` }),
    "a status' code": (response, key) => json(response, { code: key.split("|")[1], message: key }, 503),
    "a log line": (response, key) => json(response, { ...success({ n: "1" }), logLines: [key] }),
    "escaped JSON": (response, key) =>
      void response.end(
        `{"status":"error","errorMessage":"x","errorData":{"code":"x","key":"${[...key].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"}}`,
      ),
    "a location": (response, key) => void response.writeHead(302, { Location: `http://127.0.0.1:1/?${key}` }).end(),
    "a status line": (response, key) => void response.writeHead(500, key).end(key),
    HTML: (response, key) => void response.end(`<html>${key}</html>`),
  };

  it.each(Object.entries(echoes))("gets no further when a server repeats it in %s", async (_name, echo) => {
    const server = await answering((response, _request, { authorization = "" }) => echo(response, authorization));
    const failure = await failureOf(opened(server.url).query("status", {}, z.object({ n: z.literal(2) })));
    expect(failure).toMatchObject({ name: "CallFailure" });
    expect(whole(failure)).not.toContain(secret);
  });
});
