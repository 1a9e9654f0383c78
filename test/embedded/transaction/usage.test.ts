/** What a transaction counts, and where it stops (spec 9). */
import { internalMutationGeneric, makeFunctionReference } from "convex/server";
import { type GenericId, getDocumentSize, v } from "convex/values";
import { expect, test } from "vitest";
import type { FunctionLimits } from "../../../pipeline/convexFormat/functionLimits.js";
import { type Deployed, deployed, type ItemCtx } from "../deployed.js";

async function used(run: Deployed["run"], work: (ctx: ItemCtx) => Promise<unknown>) {
  return await run(async (ctx) => {
    await work(ctx);
    const metrics = await ctx.meta.getTransactionMetrics();
    return Object.fromEntries(Object.entries(metrics).map(([metric, value]) => [metric, value.used]));
  });
}

interface World extends Deployed {
  readonly id: GenericId<"items">;
  readonly ids: readonly GenericId<"items">[];
}

async function world(options: Partial<FunctionLimits> = {}): Promise<World> {
  const limited = await deployed({}, { limits: options });
  const ids = await limited.run(async ({ db }) => {
    const inserted = [];
    for (let number = 0; number < 5; number++) inserted.push(await db.insert("items", { number }));
    return inserted;
  });
  const [id] = ids;
  if (id === undefined) throw new Error("nothing was inserted");
  return { ...limited, id, ids };
}

test("a get, patch, replace or delete reads one interval and the document; an insert reads nothing; repeats merge", async () => {
  const { run, id } = await world();
  const size = getDocumentSize({ number: 0, _id: id, _creationTime: 0 });
  const read = { databaseQueries: 1, documentsRead: 1, bytesRead: size };
  expect(await used(run, ({ db }) => db.get(id))).toMatchObject({ ...read, documentsWritten: 0 });
  expect(await used(run, ({ db }) => db.patch(id, { number: 1 }))).toMatchObject({
    ...read,
    documentsWritten: 1,
    bytesWritten: size,
  });
  expect(await used(run, ({ db }) => db.replace(id, { number: 1 }))).toMatchObject({ ...read, documentsWritten: 1 });
  expect(await used(run, ({ db }) => db.insert("items", { number: 1 }))).toMatchObject({
    databaseQueries: 0,
    documentsRead: 0,
  });
  const twice = await used(run, async ({ db }) => [await db.get(id), await db.get(id)]);
  expect(twice).toMatchObject({ databaseQueries: 1, documentsRead: 2, bytesRead: 2 * size });
  expect(await used(run, ({ db }) => db.delete(id))).toMatchObject({ ...read, documentsWritten: 1, bytesWritten: 0 });
  expect(await used(run, ({ db }) => db.get(id))).toMatchObject({ databaseQueries: 1, documentsRead: 0 });
});

test("a filter's documents count as scanned, a limit's end stops the reading, and intervals of an index merge", async () => {
  const { run, ids } = await world();
  const scanned = await used(run, ({ db }) =>
    db
      .query("items")
      .filter((q) => q.eq(q.field("number"), 4))
      .collect(),
  );
  expect(scanned).toMatchObject({ documentsRead: 5, databaseQueries: 1 });
  expect(await used(run, ({ db }) => db.query("items").take(2))).toMatchObject({ documentsRead: 2 });
  const ranges = await used(run, async ({ db }) => {
    const from = (low: number, high: number) =>
      db
        .query("items")
        .withIndex("by_number", (range) => range.gte("number", low).lt("number", high))
        .collect();
    await from(0, 2);
    await from(3, 4);
    await from(1, 2);
    await from(2, 3);
  });
  expect(ranges).toMatchObject({ databaseQueries: 1, documentsRead: 5 });
  const apart = await used(run, async ({ db }) => {
    for (const id of ids) await db.get(id);
    await db
      .query("items")
      .withIndex("by_number", (range) => range.eq("number", 1))
      .first();
  });
  expect(apart).toMatchObject({ databaseQueries: 6 });
});

test.each<[keyof FunctionLimits, number, (ctx: ItemCtx, world: World) => Promise<unknown>, string]>([
  [
    "documentsRead",
    5,
    ({ db }, { id }) => Promise.all([db.query("items").collect(), db.get(id)]),
    "Too many documents read in a single function execution (limit: 5).",
  ],
  [
    "bytesRead",
    300,
    ({ db }) => db.query("items").collect(),
    "Too many bytes read in a single function execution (limit: 300 bytes).",
  ],
  [
    "databaseQueries",
    4,
    ({ db }, { ids }) => Promise.all(ids.map((id) => db.get(id))),
    "Too many reads in a single function execution (limit: 4).",
  ],
  [
    "documentsWritten",
    5,
    ({ db }, { ids }) => Promise.all([...ids.map((id) => db.delete(id)), db.insert("items", { number: 1 })]),
    "Too many writes in a single function execution (limit: 5)",
  ],
  [
    "bytesWritten",
    1_048_576,
    ({ db }) =>
      Promise.all(["a", "b"].map((letter) => db.insert("items", { number: 1, text: letter.repeat(600_000) }))),
    "Too many bytes written in a single function execution (limit: 1 MiB)",
  ],
])("%s stops at its limit, in the backend's words", async (limit, value, work, wording) => {
  const limited = await world({ [limit]: value });
  await expect(limited.run((ctx) => work(ctx, limited))).rejects.toThrow(wording);
});

test("a value equal to a limit passes", async () => {
  const { run, ids } = await world({ documentsRead: 5, databaseQueries: 5, documentsWritten: 5 });
  await run(async ({ db }) => {
    for (const id of ids) await db.patch(id, { number: 9 });
  });
});

test("what a call grants to the function it calls lowers its limits, not the caller's", async () => {
  const insert = internalMutationGeneric(async ({ db }) => {
    for (let number = 0; number < 3; number++) await db.insert("items", { number });
  });
  const reference = makeFunctionReference<"mutation">("app:insert");
  const outer = internalMutationGeneric(async ({ db, runMutation }) => {
    await db.insert("items", { number: 1 });
    const refused = await runMutation(reference, {}, { transactionLimits: { documentsWritten: 2 } }).catch(
      () => "refused",
    );
    await runMutation(reference, {}, { transactionLimits: { documentsWritten: 3 } });
    await runMutation(reference, {});
    return refused;
  });
  const { call } = await deployed({ insert, outer });
  expect(await call("outer")).toBe("refused");
});

test("a function has a second of its own code, and what the database takes is not counted", async () => {
  let time = 0;
  const slow = internalMutationGeneric({
    args: { milliseconds: v.number(), ends: v.boolean() },
    handler: async ({ db }, { milliseconds, ends }) => {
      time += milliseconds;
      if (!ends) await db.insert("items", { number: 1 });
    },
  });
  const { call, result } = await deployed({ slow }, { monotonic: () => time, limits: { userMilliseconds: 1000 } });
  for (const ends of [true, false]) {
    await call("slow", { milliseconds: 1000, ends });
    expect(await result("slow", { milliseconds: 1001, ends })).toMatchObject({ status: "error" });
  }
});

test("without a limit any number remains, and the class tells the write rate", async () => {
  const MiB = 1_048_576;
  for (const [writeRate, name] of [
    [null, "d2048"],
    [8 * MiB, "s256"],
    [1, "s16"],
  ] as const) {
    const { run } = await deployed({}, { writeRate, limits: { bytesRead: Number.POSITIVE_INFINITY } });
    const told = await run(async ({ meta }) => [
      await meta.getTransactionMetrics(),
      await meta.getDeploymentMetadata(),
    ]);
    expect(told).toMatchObject([{ bytesRead: { remaining: Number.POSITIVE_INFINITY } }, { class: name }]);
  }
});

test("one paginated query a function", async () => {
  const { run } = await world();
  const page = ({ db }: ItemCtx) => db.query("items").paginate({ cursor: null, numItems: 1 });
  await run(page);
  await expect(run(async (ctx) => [await page(ctx), await page(ctx)])).rejects.toThrow("multiple paginated queries");
});
