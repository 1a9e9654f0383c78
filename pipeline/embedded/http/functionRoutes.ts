/** The routes of a deployment (spec 9): functions called by POST, and who is answering. */
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { EmbeddedDeployment } from "../embeddedDeployment.js";
import { type Fault, type FaultPlan, refusals } from "../faults/faultPlan.js";
import { callerOf } from "./authorization.js";
import { answerOf } from "./callAnswer.js";
import { maxBodyBytes, readCallBody } from "./callBody.js";
import { HttpRefusal } from "./httpRefusal.js";

export interface FunctionRoutes {
  readonly deployment: Pick<EmbeddedDeployment, "call">;
  readonly adminKey: string;
  readonly faults: FaultPlan;
  /** Is told every fault that a call meets. */
  readonly met: (fault: Fault) => void;
  /** Is told what is no refusal but a defect. */
  readonly onDefect: (error: unknown) => void;
}

type Kind = Parameters<EmbeddedDeployment["call"]>[0];

const kinds: readonly (readonly [route: string, kind: Kind])[] = [
  ["/api/query", "query"],
  ["/api/mutation", "mutation"],
  ["/api/action", "action"],
  ["/api/function", "any"],
];

/** What a connection's end looks like, when a fault has it. */
interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The application that answers; it keeps neither bodies nor keys. */
export function functionRoutes({
  deployment,
  adminKey,
  faults,
  met,
  onDefect,
}: FunctionRoutes): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  let calls = 0;

  app.get("/", (c) => c.text("This Convex deployment is running. See https://docs.convex.dev/."));
  app.get("/version", (c) => c.text("embedded"));
  app.get("/instance_name", (c) => c.text(instanceName(adminKey)));

  const limit = bodyLimit({
    maxSize: maxBodyBytes,
    onError: () => jsonResponse(refusalAnswer(new HttpRefusal(400, "BadJsonBody", "length limit exceeded"))),
  });
  for (const [route, kind] of kinds) {
    app.post(route, limit, async (c) => {
      const caller = callerOf(c.req.header("authorization") ?? null, adminKey);
      const { path, args, format } = readCallBody(c.req.header("content-type") ?? null, await c.req.text());
      if (kind === "any" && !caller.admin) {
        throw new HttpRefusal(403, "BadDeployKey", "The provided deploy key was invalid for this deployment.");
      }
      calls++;
      const fault = faults({ number: calls, path });
      if (fault !== null) met(fault);
      if (fault?.kind === "reset") return breakOff(c.env);
      if (fault?.kind === "refused") {
        const { status, message } = refusals[fault.code];
        throw new HttpRefusal(status, fault.code, message);
      }
      const result = await deployment.call(kind, path, args, caller);
      if (fault?.kind === "lost") return breakOff(c.env);
      if (fault?.kind === "delayed") await sleep(fault.milliseconds);
      if (result.status === "rejected") throw new HttpRefusal(result.http, result.code, result.message);
      const answer = { status: 200, body: JSON.stringify(answerOf(result, format)) };
      return fault?.kind === "cutOff" ? cutOff(c.env, answer) : jsonResponse(answer);
    });
  }

  app.notFound((c) =>
    jsonResponse(refusalAnswer(new HttpRefusal(404, "NotFound", `Nothing is served at ${c.req.path}`))),
  );
  app.onError((error) => {
    if (!(error instanceof HttpRefusal)) onDefect(error);
    return jsonResponse(refusalAnswer(error));
  });
  return app;
}

/** What went wrong inside is nobody's business outside: only refusals say what they are. */
function refusalAnswer(error: Error): Answer {
  const inside = { code: "InternalServerError", ...refusals.InternalServerError };
  const { status, code, message } = error instanceof HttpRefusal ? error : inside;
  return { status, body: JSON.stringify({ code, message }) };
}

function jsonResponse({ status, body }: Answer): Response {
  return new Response(body, { status, headers: { "content-type": "application/json" } });
}

function breakOff({ outgoing }: HttpBindings): Response {
  outgoing.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** Promises the whole body and ends the connection after half of it. */
function cutOff({ outgoing }: HttpBindings, { status, body }: Answer): Response {
  const bytes = Buffer.from(body);
  outgoing.writeHead(status, { "content-type": "application/json", "content-length": bytes.length });
  outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => outgoing.destroy());
  return RESPONSE_ALREADY_SENT;
}

/** `dev:name|secret` → `name`. */
function instanceName(adminKey: string): string {
  const [name = "", secret] = adminKey.replace(/^\w+:/, "").split("|");
  return secret === undefined ? "embedded" : name;
}
