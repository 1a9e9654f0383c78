/** A small deployment for tests, and calls of its functions that give values or throw. */
import {
  type DataModelFromSchemaDefinition,
  defineSchema,
  defineTable,
  type GenericMutationCtx,
  type GenericSchema,
  internalMutationGeneric,
  type SchemaDefinition,
} from "convex/server";
import { convexToJson, type JSONValue, jsonToConvex, type Value, v } from "convex/values";
import { Random } from "../../fixtures/generator/random.js";
import type { Caller, CallResult } from "../../pipeline/embedded/callResult.js";
import { EmbeddedDeployment, type EmbeddedOptions } from "../../pipeline/embedded/embeddedDeployment.js";

export const itemSchema = defineSchema({
  owners: defineTable({ name: v.string() }),
  items: defineTable({
    owner: v.optional(v.id("owners")),
    number: v.number(),
    text: v.optional(v.string()),
    vector: v.optional(v.array(v.float64())),
    choice: v.optional(v.union(v.literal("a"), v.literal("b"))),
    nested: v.optional(v.object({ inner: v.number() })),
    counts: v.optional(v.record(v.string(), v.number())),
    big: v.optional(v.int64()),
    any: v.optional(v.any()),
  })
    .index("by_number", ["number"])
    .index("by_owner", ["owner", "number"])
    .index("by_inner", ["nested.inner"])
    .searchIndex("search_text", { searchField: "text", filterFields: ["owner", "number"] })
    .vectorIndex("by_vector", { vectorField: "vector", dimensions: 2, filterFields: ["number"] }),
});

export type ItemModel = DataModelFromSchemaDefinition<typeof itemSchema>;
export type ItemCtx = GenericMutationCtx<ItemModel>;

export const admin: Caller = { admin: true };

/** The clock stands at this time unless a test moves it. */
export const noon = Date.UTC(2026, 0, 1, 12);

export interface Deployed {
  readonly deployment: EmbeddedDeployment;
  /** Moves the clock, milliseconds. */
  pass(milliseconds: number): void;
  result(path: string, args?: Value): Promise<CallResult>;
  /** The value of a call. @throws Error with the function's message */
  call(path: string, args?: Value): Promise<Value>;
  /** Runs some code as a mutation. */
  run<Result>(handler: (ctx: ItemCtx) => Promise<Result>): Promise<Result>;
}

export async function deployed(
  functions: Readonly<Record<string, unknown>> = {},
  options: Partial<EmbeddedOptions> = {},
): Promise<Deployed> {
  const random = new Random(1, 2, 3);
  const handlers: ((ctx: ItemCtx) => Promise<void>)[] = [];
  const inline = internalMutationGeneric(async (ctx) => await handlers.shift()?.(ctx as unknown as ItemCtx));
  let now = noon;
  const deployment = await EmbeddedDeployment.create({
    schema: itemSchema as unknown as SchemaDefinition<GenericSchema, boolean>,
    modules: { app: functions, inline: { inline } },
    random: () => random.next(),
    now: () => now,
    redact: false,
    ...options,
    // A busy machine is no reason to fail.
    limits: { userMilliseconds: Number.POSITIVE_INFINITY, ...options.limits },
  });
  const result = async (path: string, args: Value = {}) =>
    await deployment.call("any", path.includes(":") ? path : `app:${path}`, convexToJson(args), admin);
  const call = async (path: string, args?: Value): Promise<Value> => {
    const answer = await result(path, args);
    if (answer.status === "success") return jsonToConvex(answer.value);
    throw new Error(answer.status === "error" ? answer.errorMessage : answer.message);
  };
  return {
    deployment,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    result,
    call,
    async run(handler) {
      let given: { readonly value: Awaited<ReturnType<typeof handler>> } | undefined;
      handlers.push(async (ctx) => {
        given = { value: await handler(ctx) };
      });
      await call("inline:inline");
      if (given === undefined) throw new Error("the code did not run");
      return given.value;
    },
  };
}

/** All documents of a table as JSON, in the order of their ids. */
export function stored(deployment: EmbeddedDeployment, table: string): JSONValue[] {
  const found = deployment.store.table(table);
  return [...(found?.inIdOrder() ?? [])].map(({ json }) => JSON.parse(json) as JSONValue);
}
