/** A served deployment that counts, and calls to it. */
import {
  actionGeneric,
  defineSchema,
  defineTable,
  internalMutationGeneric,
  mutationGeneric,
  queryGeneric,
} from "convex/server";
import { ConvexError, v } from "convex/values";
import { onTestFinished } from "vitest";
import { hash32 } from "../../../fixtures/generator/random.js";
import { EmbeddedDeployment, type EmbeddedOptions } from "../../../pipeline/embedded/embeddedDeployment.js";
import { type ServeOptions, type Serving, serve } from "../../../pipeline/embedded/serve.js";

export const adminKey = "dev:brave-otter-7|0123456789abcdef";

const schema = defineSchema({ counts: defineTable({ by: v.number() }) });

const modules = {
  counts: {
    add: mutationGeneric({
      args: { by: v.number() },
      handler: async ({ db }, { by }) => await db.insert("counts", { by }),
    }),
    addUnseen: internalMutationGeneric({ args: {}, handler: async ({ db }) => await db.insert("counts", { by: 0 }) }),
    total: queryGeneric({ args: {}, handler: async ({ db }) => (await db.query("counts").collect()).length }),
    echo: queryGeneric({ args: { value: v.any() }, handler: async (_, { value }) => value }),
    echoLater: actionGeneric({ args: { value: v.any() }, handler: async (_, { value }) => value }),
    whoami: queryGeneric({ args: {}, handler: async ({ auth }) => await auth.getUserIdentity() }),
    refuse: mutationGeneric({
      args: {},
      handler: async ({ db }) => {
        await db.insert("counts", { by: 1 });
        throw new ConvexError({ code: "no_more", limit: 3n });
      },
    }),
    break: mutationGeneric({
      args: {},
      handler: async () => {
        throw new Error("the inside of the application");
      },
    }),
  },
};

/** Serves a new deployment until the test ends. */
export async function served(
  serving: Partial<ServeOptions> = {},
  deployment: Partial<EmbeddedOptions> = {},
): Promise<Serving & { readonly total: () => Promise<unknown> }> {
  let drawn = 0;
  const random = (): number => hash32(2, drawn++, 0) / 2 ** 32;
  const embedded = await EmbeddedDeployment.create({ schema, modules, random, ...deployment });
  const server = await serve(embedded, { adminKey, ...serving });
  onTestFinished(() => server.close());
  const total = async (): Promise<unknown> => {
    const result = await embedded.call("query", "counts:total", {}, { admin: true });
    return result.status === "success" ? result.value : result;
  };
  return { ...server, total };
}

/** A POST as any client would send it. */
export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; answer: unknown }> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method: "POST",
    body: text,
    headers: { "content-type": "application/json", ...headers },
  });
  return { status: response.status, answer: await response.json() };
}
