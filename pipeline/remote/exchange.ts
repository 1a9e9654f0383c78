/** One request and its answer, from a server that nobody vouches for. */
import { type JSONValue, jsonToConvex, type Value } from "convex/values";
import { z } from "zod";
import type { AdminKey } from "./adminKey.js";
import { CallFailure, type CallFailureFields, type CallFailureKind } from "./callFailure.js";

export interface Exchange {
  readonly fetch: typeof fetch;
  readonly key: AdminKey;
  /** As `unnest:status`; for messages. */
  readonly path: string;
  /** Milliseconds, from the request to the last byte of the answer. */
  readonly timeout: number;
}

/** A return value has at most 16 MiB, which JSON's escapes make longer. */
const mostAnswerBytes = 32 * 1024 * 1024;
/** Of an answer that only tells why there is none. */
const mostRefusalBytes = 64 * 1024;
/** A shorter secret could stand in an answer by chance. */
const leastSecret = 16;

const envelope = z.discriminatedUnion("status", [
  z.object({ status: z.literal("success") }),
  z.object({ status: z.literal("error"), errorMessage: z.string().optional(), errorData: z.unknown().optional() }),
]);

/**
 * Sends a request and reads what comes back, as `fetch` would; a redirect is not followed, since the key would go with it.
 *
 * @returns the answer of a function that succeeded; memory is bounded by 32 MiB of it
 * @throws CallFailure for everything else
 */
export async function exchange(
  { fetch: send, key, path, timeout }: Exchange,
  input: Parameters<typeof fetch>[0],
  init: RequestInit = {},
): Promise<Response> {
  const fail = (kind: CallFailureKind, fields: Omit<CallFailureFields, "path">): CallFailure =>
    new CallFailure(kind, { path, ...fields });
  const { status, text } = await receive(send, input, {
    ...init,
    redirect: "manual",
    signal: AbortSignal.timeout(timeout),
  }).catch((error: unknown) => {
    throw fail("lost", { code: systemCode(error) });
  });
  // 560 is how older backends say that a function failed.
  if (status !== 200 && status !== 560) {
    const refusal = text === null ? null : parse(text, key);
    const code = typeof refusal === "object" && refusal !== null ? codeOf(refusal.value) : null;
    throw fail(kindOf(status, code), { status, code });
  }
  if (text === null) throw fail("malformed", { status, detail: `more than ${mostAnswerBytes / 1024 / 1024} MiB` });
  const parsed = parse(text, key);
  if (typeof parsed === "string") {
    // An envelope that begins and does not end was on its way when the connection broke.
    if (text.startsWith("{") && !text.trimEnd().endsWith("}")) throw fail("lost", { status });
    throw fail("malformed", { status, detail: parsed });
  }
  const answer = envelope.safeParse(parsed.value);
  if (!answer.success) throw fail("malformed", { status, detail: "neither success nor error" });
  if (answer.data.status === "success") return new Response(text);
  const { errorMessage = "", errorData } = answer.data;
  const requestId = /^\[Request ID: ([0-9A-Za-z]{1,64})\]/.exec(errorMessage)?.[1] ?? null;
  if (errorData === undefined) throw fail("failed", { status, requestId });
  const data = decode(errorData);
  if (data === undefined) throw fail("malformed", { status, requestId, detail: "no value of Convex's" });
  throw fail("refused", { status, requestId, data, code: codeOf(data) });
}

/** `text` is null when there is more of it than anybody may send. */
async function receive(
  send: typeof fetch,
  input: Parameters<typeof fetch>[0],
  init: RequestInit,
): Promise<{ readonly status: number; readonly text: string | null }> {
  const { status, body } = await send(input, init);
  const most = status === 200 || status === 560 ? mostAnswerBytes : mostRefusalBytes;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (body !== null) {
    // Leaving the loop cancels the stream, and with it the connection.
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > most) return { status, text: null };
      chunks.push(chunk);
    }
  }
  return { status, text: Buffer.concat(chunks).toString("utf8") };
}

/** The JSON of an answer, or what is wrong with it. A key that was sent back by whoever answers must get no further. */
function parse(text: string, { text: whole, secret }: AdminKey): { readonly value: unknown } | string {
  const repeats = (found: string): boolean =>
    found.includes(whole) || (secret.length >= leastSecret && found.includes(secret));
  let isLeaking = false;
  try {
    const value: unknown = JSON.parse(text, (name, found: unknown) => {
      isLeaking ||= repeats(name) || (typeof found === "string" && repeats(found));
      return found;
    });
    return isLeaking ? "it repeats the key" : { value };
  } catch (error) {
    return error instanceof SyntaxError ? "no JSON" : "nested too deep";
  }
}

function decode(errorData: unknown): Value | undefined {
  try {
    return jsonToConvex(errorData as JSONValue);
  } catch {
    return undefined;
  }
}

/** The code in a body or in a ConvexError's data, if it is a name such as can be printed. */
function codeOf(body: unknown): string | null {
  const code = typeof body === "object" && body !== null && "code" in body ? body.code : null;
  return typeof code === "string" && /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(code) ? code : null;
}

/** `ECONNRESET` and the like, which `fetch` hides in the cause of its error. */
function systemCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error.name === "TimeoutError") return "timeout";
  return codeOf(error.cause) ?? codeOf(error);
}

/** Statuses that say no more than themselves: an answer of the protocol has status 200. */
function kindOf(status: number, code: string | null): CallFailureKind {
  if (status === 401 || status === 403) return "denied";
  if (status === 408) return "lost";
  if (status === 429) return "overloaded";
  if (status === 503 && code === "OptimisticConcurrencyControlFailure") return "conflict";
  if (status >= 500) return "overloaded";
  // Arguments that are too large, or that the backend cannot read.
  if (status === 413 || (status === 400 && code !== null)) return "failed";
  return "malformed";
}
