/** The embedded deployment behind the part of `convex-test`'s surface that the function suites use. */
import {
  type FunctionReference,
  type GenericDataModel,
  type GenericMutationCtx,
  type GenericSchema,
  getFunctionName,
  internalActionGeneric,
  internalMutationGeneric,
  internalQueryGeneric,
  type UserIdentity,
} from "convex/server";
import { ConvexError, convexToJson, jsonToConvex, type Value } from "convex/values";
import { vi } from "vitest";
import { Random } from "../../fixtures/generator/random.js";
import { functionLimits } from "../../pipeline/convexFormat/functionLimits.js";
import { EmbeddedDeployment } from "../../pipeline/embedded/embeddedDeployment.js";
import type { EngineOptions } from "./engine.js";

type Ctx = GenericMutationCtx<GenericDataModel>;
type Kind = "query" | "mutation" | "action";
type Handler = (ctx: Ctx) => Promise<unknown>;

/** Turns of the event loop after which a function that is due on another clock is waited for no longer. */
const mostIdleTurns = 20;
/** Taken before a test puts its own clock in the place of timers. */
const turnOfTheLoop = globalThis.setImmediate;

/** @returns what a test calls; the deployment behind it is made with the first call, since modules are loaded for it */
export function embeddedTest<Schema extends GenericSchema>(options: EngineOptions<Schema>) {
  const inline = inlineFunctions();
  let made: Promise<EmbeddedDeployment> | null = null;
  const deployment = () => {
    made ??= makeDeployment(options, inline.module);
    return made;
  };
  return accessor(deployment, inline, null);
}

function accessor(
  deployment: () => Promise<EmbeddedDeployment>,
  inline: ReturnType<typeof inlineFunctions>,
  identity: UserIdentity | null,
): object {
  const call = async (kind: Kind, path: string, args: Value = {}) => {
    const result = await (await deployment()).call(kind, path, convexToJson(args), { admin: true, identity });
    if (result.status === "success") return jsonToConvex(result.value);
    if (result.status === "rejected") throw new Error(result.message);
    if (result.errorData !== undefined) throw new ConvexError(jsonToConvex(result.errorData));
    throw new Error(result.errorMessage.replace(/^.*\nUncaught Error: /, ""));
  };
  const run = async (kind: Kind, handler: Handler) =>
    await inline.run(handler, async (id) => await call(kind, `inline:${kind}`, { id }));
  const called =
    (kind: Kind) =>
    async (called: FunctionReference<Kind> | Handler, args?: Value): Promise<unknown> =>
      typeof called === "function" ? await run(kind, called) : await call(kind, getFunctionName(called), args);
  return {
    query: called("query"),
    mutation: called("mutation"),
    action: called("action"),
    run: async (handler: Handler) => await run("mutation", handler),
    finishInProgressScheduledFunctions: async () => await (await deployment()).scheduledSettled(),
    finishAllScheduledFunctions: async (advance: () => void, most = 100) =>
      await finishAll(await deployment(), advance, most),
    withIdentity: (given: Partial<UserIdentity>) => {
      const { subject = "somebody", issuer = "https://convex.test" } = given;
      const tokenIdentifier = given.tokenIdentifier ?? `${issuer}|${subject}`;
      return accessor(deployment, inline, { ...given, subject, issuer, tokenIdentifier });
    },
  };
}

async function makeDeployment<Schema extends GenericSchema>(
  { schema, modules, transactionLimits = false }: EngineOptions<Schema>,
  inline: Record<string, unknown>,
): Promise<EmbeddedDeployment> {
  const root =
    Object.keys(modules)
      .find((path) => path.includes("/_generated/"))
      ?.split("_generated")[0] ?? "/";
  const loaded: Record<string, Record<string, unknown>> = { inline };
  for (const [path, load] of Object.entries(modules)) {
    loaded[path.slice(root.length).replace(/\.[^.]+$/, "")] = await load();
  }
  const counted = Object.keys(functionLimits).map((limit) => [limit, Number.POSITIVE_INFINITY]);
  const random = new Random(1, 2, 3);
  const deployment = await EmbeddedDeployment.create({
    schema,
    modules: loaded,
    random: () => random.next(),
    redact: false,
    // A machine that is busy with other tests is no reason to fail.
    limits: transactionLimits ? { userMilliseconds: Number.POSITIVE_INFINITY } : Object.fromEntries(counted),
  });
  deployment.startScheduler();
  return deployment;
}

/** Functions that run whatever code they are handed, and hand back its values and errors as they are. */
function inlineFunctions() {
  const waiting = new Map<string, (ctx: Ctx) => Promise<void>>();
  let count = 0;
  const definition = { handler: async (ctx: unknown, { id }: { id: string }) => await waiting.get(id)?.(ctx as Ctx) };
  return {
    module: {
      query: internalQueryGeneric(definition),
      mutation: internalMutationGeneric(definition),
      action: internalActionGeneric(definition),
    },
    async run(handler: Handler, call: (id: string) => Promise<unknown>): Promise<unknown> {
      const id = String(count++);
      let result: unknown;
      let thrown: { readonly error: unknown } | null = null;
      waiting.set(id, async (ctx) => {
        try {
          result = await handler(ctx);
        } catch (error) {
          thrown = { error };
          throw error;
        }
      });
      try {
        await call(id);
      } catch (error) {
        // A ConvexError has been packed up on its way out; the one that came back has its data again.
        const own = thrown as { readonly error: unknown } | null;
        throw own === null || own.error instanceof ConvexError ? error : own.error;
      } finally {
        waiting.delete(id);
      }
      return result;
    },
  };
}

/** Lets time pass until nothing is scheduled any more, or nothing that this clock would reach. */
async function finishAll(deployment: EmbeddedDeployment, advance: () => void, most: number): Promise<void> {
  let idleTurns = 0;
  for (let i = 0; i < most; i++) {
    advance();
    await deployment.scheduledSettled();
    if (deployment.nextScheduledTime === null) return;
    if (deployment.nextScheduledTime > Date.now() && !vi.isFakeTimers() && idleTurns++ > mostIdleTurns) return;
    await new Promise((resolve) => turnOfTheLoop(resolve));
  }
  throw new Error("scheduled functions go on scheduling others");
}
