/** A wrapped builder has Convex's own types but for what its `ctx` has more. */
import {
  type DataModelFromSchemaDefinition,
  defineSchema,
  defineTable,
  type GenericMutationCtx,
  internalMutationGeneric,
  type MutationBuilder,
  mutationGeneric,
  type RegisteredMutation,
} from "convex/server";
import { v } from "convex/values";
import { expect, expectTypeOf, test } from "vitest";
import { wrapMutations } from "../../convex/dualWrite/wrapMutations.js";
import type { Sync } from "../../convex/sync/sync.js";

const schema = defineSchema({ greetings: defineTable({ text: v.string() }) });
type Model = DataModelFromSchemaDefinition<typeof schema>;

const plain = mutationGeneric as MutationBuilder<Model, "public">;
const { mutation, internalMutation } = wrapMutations({
  mutation: plain,
  internalMutation: internalMutationGeneric as MutationBuilder<Model, "internal">,
});

const args = { text: v.string(), times: v.optional(v.number()) };

test("the form with validators gives its function the types of Convex's own builder", () => {
  const wrapped = mutation({
    args,
    returns: v.string(),
    handler: async (ctx, given) => {
      expectTypeOf(ctx.db).toEqualTypeOf<GenericMutationCtx<Model>["db"]>();
      expectTypeOf(ctx.unnest).toEqualTypeOf<Sync>();
      return given.text;
    },
  });
  const own = plain({ args, returns: v.string(), handler: async (_, given) => given.text });
  expectTypeOf(wrapped).toEqualTypeOf(own);
  expect([exported(wrapped, "exportArgs"), exported(wrapped, "exportReturns")]).toEqual([
    exported(own, "exportArgs"),
    exported(own, "exportReturns"),
  ]);
  expect({ ...wrapped }).toMatchObject({ isMutation: true, isPublic: true });
});

test("so does the form that is a function, with and without arguments", () => {
  const wrapped = internalMutation(async (_, given: { text: string }) => given.text.length);
  expectTypeOf(wrapped).toEqualTypeOf<RegisteredMutation<"internal", { text: string }, Promise<number>>>();
  expectTypeOf(internalMutation(async () => null)).toEqualTypeOf(
    (internalMutationGeneric as MutationBuilder<Model, "internal">)(async () => null),
  );
  expect({ ...wrapped }).toMatchObject({ isMutation: true, isInternal: true });
});

test("what does not fit its validators is no function", () => {
  // @ts-expect-error: a number is no text
  mutation({ args, returns: v.string(), handler: async () => 1 });
  // @ts-expect-error: there is no such argument
  mutation({ args, handler: async (_, { other }) => other });
  // @ts-expect-error: there is no such table
  mutation(async (ctx) => await ctx.db.query("nothing").first());
});

/** What a registered function tells Convex when it is deployed. */
function exported(registered: unknown, name: "exportArgs" | "exportReturns"): string {
  return (registered as Readonly<Record<typeof name, () => string>>)[name]();
}
