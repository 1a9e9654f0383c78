/** The same operations on `convex-test` and on the embedded deployment: the same documents, answers, failures and counts. */
import { defineSchema, defineTable } from "convex/server";
import { type Value, v } from "convex/values";
import { convexTest } from "convex-test";
import fc from "fast-check";
import { expect, test } from "vitest";
import { embeddedTest } from "../convex/embeddedTest.js";

const schema = defineSchema({
  things: defineTable({
    number: v.number(),
    a: v.optional(v.any()),
    b: v.optional(v.union(v.string(), v.number())),
    inner: v.optional(v.object({ c: v.optional(v.any()) })),
  })
    .index("by_a_b", ["a", "b"])
    .index("by_inner", ["inner.c"]),
});
const options = { schema, modules: { "/app/_generated/api.ts": async () => ({}) }, transactionLimits: true };
const start = () => [
  convexTest(options),
  embeddedTest(options) as unknown as ReturnType<typeof convexTest<typeof schema.tables>>,
];

const value: fc.Arbitrary<Value | undefined> = fc.constantFrom<(Value | undefined)[]>(
  undefined,
  null,
  0,
  -0,
  1,
  2,
  1.5,
  -1,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  0n,
  1n,
  -1n,
  true,
  false,
  "",
  "a",
  "b",
  "aa",
  "\u{1f600}",
  "\uffff",
  [],
  [1],
  [1, 2],
  ["a"],
);
const fields = fc.record({
  a: value,
  // Some of these do not match the schema.
  b: fc.constantFrom<(Value | undefined)[]>(undefined, "x", "y", 1, 2, null, true),
  inner: fc.option(
    value.map((c) => (c === undefined ? {} : { c })),
    { nil: undefined },
  ),
});
const bound = fc.record({ type: fc.constantFrom("eq", "gt", "gte", "lt", "lte", "none"), value });
const which = fc.nat(9);
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("insert" as const), fields }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("patch" as const), which, fields }) },
  fc.record({ do: fc.constant("replace" as const), which, fields }),
  fc.record({ do: fc.constant("delete" as const), which }),
  fc.record({ do: fc.constant("get" as const), which }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("range" as const),
      index: fc.constantFrom("by_a_b", "by_inner"),
      bound,
      order: fc.constantFrom("asc", "desc"),
      take: fc.integer({ min: 1, max: 5 }),
      equals: value,
    }),
  },
  fc.record({
    do: fc.constant("pages" as const),
    order: fc.constantFrom("asc", "desc"),
    take: fc.integer({ min: 1, max: 3 }),
  }),
);
type Operation = typeof operation extends fc.Arbitrary<infer Each> ? Each : never;
type Deployment = ReturnType<typeof start>[number];

/** One engine's documents by the number they were inserted as, and what an operation answered, in terms of these. */
class Played {
  private readonly ids: string[] = [];

  constructor(private readonly deployment: Deployment) {}

  async play(operations: readonly Operation[]): Promise<unknown[]> {
    const answers = [];
    for (const each of operations) answers.push(await this.one(each));
    return [...answers, await this.deployment.run(async ({ db }) => this.shown(await db.query("things").collect()))];
  }

  private async one(operation: Operation): Promise<unknown> {
    const { deployment } = this;
    try {
      return await deployment.run(async ({ db, meta }) => {
        const answer = await this.apply(operation, db as never);
        const { bytesRead, bytesWritten, documentsRead, documentsWritten } = await meta.getTransactionMetrics();
        return { answer, used: [bytesRead, bytesWritten, documentsRead, documentsWritten].map(({ used }) => used) };
      });
    } catch {
      return "failed";
    }
  }

  private async apply(operation: Operation, db: AnyDatabase): Promise<unknown> {
    const id = "which" in operation ? (this.ids[operation.which % Math.max(1, this.ids.length)] ?? "") : "";
    if (operation.do !== "insert" && operation.do !== "range" && operation.do !== "pages" && id === "") return null;
    switch (operation.do) {
      case "insert": {
        const inserted = await db.insert("things", { number: this.ids.length, ...operation.fields });
        this.ids.push(inserted);
        return null;
      }
      case "patch":
        return await db.patch(id, operation.fields);
      case "replace":
        return await db.replace(id, { number: this.ids.indexOf(id), ...operation.fields });
      case "delete":
        return await db.delete(id);
      case "get":
        return this.shown([await db.get(id)]);
      case "range": {
        const { index, bound, order, take, equals } = operation;
        const field = index === "by_a_b" ? "a" : "inner.c";
        const found = await db
          .query("things")
          .withIndex(index, (range) => (bound.type === "none" ? range : range[bound.type as "eq"](field, bound.value)))
          .order(order)
          .filter((q) => q.neq(q.field("a"), equals))
          .take(take);
        return this.shown(found);
      }
      case "pages": {
        const found = await db
          .query("things")
          .order(operation.order)
          .paginate({ cursor: null, numItems: operation.take });
        return this.shown(found.page);
      }
    }
  }

  private shown(documents: readonly (Record<string, Value> | null)[]): unknown {
    return documents.map((document) => {
      if (document === null) return null;
      const { _id, _creationTime, ...rest } = document;
      return { ...rest, _id: this.ids.indexOf(String(_id)) };
    });
  }
}

/** `ctx.db` without its types: the fields are any. */
interface AnyDatabase {
  insert(table: string, fields: object): Promise<string>;
  patch(id: string, fields: object): Promise<null>;
  replace(id: string, fields: object): Promise<null>;
  delete(id: string): Promise<null>;
  get(id: string): Promise<Record<string, Value> | null>;
  query(table: string): AnyQuery & { withIndex(index: string, range: (range: AnyRange) => AnyRange): AnyQuery };
}
interface AnyQuery {
  order(order: string): AnyQuery;
  filter(predicate: (q: { neq(a: unknown, b: unknown): unknown; field(path: string): unknown }) => unknown): AnyQuery;
  take(count: number): Promise<Record<string, Value>[]>;
  paginate(options: object): Promise<{ page: Record<string, Value>[] }>;
}
type AnyRange = { eq(field: string, value: Value | undefined): AnyRange };

/** Of what the two engines count differently on purpose: convex-test counts what passes a filter as read, Convex what is scanned. */
function comparable(operation: Operation | undefined, answer: unknown): unknown {
  return operation?.do === "range" && answer !== "failed" ? (answer as { answer: unknown }).answer : answer;
}

test("random operations leave and answer the same on both engines", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
      const [theirs, ours] = await Promise.all(start().map((deployment) => new Played(deployment).play(operations)));
      const both = [theirs, ours].map((answers) => answers?.map((answer, i) => comparable(operations[i], answer)));
      expect(both[1]).toEqual(both[0]);
    }),
    { numRuns: 300 },
  );
});
