/** What queries give: ranges, pages, searches. */
import { internalActionGeneric, type PaginationOptions, type PaginationResult } from "convex/server";
import type { GenericId } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Deployed, deployed, type ItemCtx } from "./deployed.js";

async function filled(numbers: readonly number[]): Promise<Deployed> {
  const made = await deployed();
  await made.run(async ({ db }) => {
    for (const number of numbers) await db.insert("items", { number });
  });
  return made;
}

type Page = Pick<PaginationResult<unknown>, "page" | "isDone" | "continueCursor">;
type Pages = { paginate(options: PaginationOptions): Promise<Page> };

/** Every page, one after the other, and how many there were. */
async function pages(
  run: Deployed["run"],
  numItems: number,
  query: (ctx: ItemCtx) => Pages,
  most?: number,
): Promise<{ items: unknown[]; count: number }> {
  const items: unknown[] = [];
  let count = 0;
  let cursor: string | null = null;
  for (let isDone = false; !isDone; count++) {
    const options: PaginationOptions = { cursor, numItems, ...(most !== undefined && { maximumRowsRead: most }) };
    const page: Page = await run(async (ctx) => await query(ctx).paginate(options));
    items.push(...page.page);
    cursor = page.continueCursor;
    isDone = page.isDone;
  }
  return { items, count };
}

test("pages are what one reading gives, in either order, filtered and cut short too", async () => {
  const numbers = fc.array(fc.nat(6), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      numbers,
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom("asc", "desc"),
      fc.nat(6),
      async (numbers, numItems, order, least) => {
        const { run } = await filled(numbers);
        const query = ({ db }: ItemCtx) =>
          db
            .query("items")
            .withIndex("by_number", (range) => range.gte("number", least))
            .order(order as "asc")
            .filter((q) => q.neq(q.field("number"), 3));
        const all = await run((ctx) => query(ctx).collect());
        expect((await pages(run, numItems, query)).items).toEqual(all);
        expect((await pages(run, numItems, query, 2)).items).toEqual(all);
      },
    ),
    { numRuns: 60 },
  );
});

test("a full page does not know that it is the last one; the next is empty and done", async () => {
  const { run } = await filled([1, 2]);
  const query = ({ db }: ItemCtx) => db.query("items").order("asc");
  expect(await pages(run, 2, query)).toMatchObject({ count: 2, items: { length: 2 } });
  expect(await pages(run, 3, query)).toMatchObject({ count: 1 });
});

test("a page up to an end cursor holds what has come between", async () => {
  const { run } = await filled([1, 3]);
  const query = ({ db }: ItemCtx) => db.query("items").withIndex("by_number");
  const { continueCursor } = await run((ctx) => query(ctx).paginate({ cursor: null, numItems: 2 }));
  await run(({ db }) => db.insert("items", { number: 2 }));
  const again = await run((ctx) => query(ctx).paginate({ cursor: null, numItems: 1, endCursor: continueCursor }));
  expect(again.page.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(again.continueCursor).toBe(continueCursor);
});

test("a cursor of another query is refused with what `usePaginatedQuery` looks for", async () => {
  const { run } = await filled([1, 2]);
  const { continueCursor } = await run(({ db }) => db.query("items").paginate({ cursor: null, numItems: 1 }));
  const other = run(({ db }) => db.query("items").order("desc").paginate({ cursor: continueCursor, numItems: 1 }));
  await expect(other).rejects.toThrow("InvalidCursor");
});

test("an index reaches into objects, and documents without the field come first", async () => {
  const { run } = await filled([1]);
  await run(async ({ db }) => {
    for (const inner of [2, 1]) await db.insert("items", { number: 0, nested: { inner } });
  });
  const inOrder = await run(({ db }) => db.query("items").withIndex("by_inner").collect());
  expect(inOrder.map(({ nested }) => nested?.inner)).toEqual([undefined, 1, 2]);
  const some = await run(({ db }) =>
    db
      .query("items")
      .withIndex("by_inner", (range) => range.gt("nested.inner", 1))
      .collect(),
  );
  expect(some).toHaveLength(1);
});

test("a search finds words, the last one by its begin, the best first, among what equalities leave", async () => {
  const { run } = await deployed();
  const owner = await run(async ({ db }) => {
    const owner = await db.insert("owners", { name: "o" });
    await db.insert("items", { number: 1, text: "a cat, and a dog", owner });
    await db.insert("items", { number: 2, text: "Cat cat CAT", owner });
    await db.insert("items", { number: 3, text: "catalogue", owner });
    await db.insert("items", { number: 4, text: "cat" });
    return owner;
  });
  const search = async (text: string, of: GenericId<"owners"> | null) =>
    await run(async ({ db }) => {
      const found = await db
        .query("items")
        .withSearchIndex("search_text", (q) =>
          of === null ? q.search("text", text) : q.search("text", text).eq("owner", of),
        )
        .collect();
      return found.map(({ number }) => number);
    });
  expect(await search("cat", owner)).toEqual([2, 3, 1]);
  expect(await search("cat dog", owner)).toEqual([1, 2]);
  expect(await search("CAT!", null)).toHaveLength(4);
  expect(await search("bird", null)).toEqual([]);
});

test("a vector search gives the nearest, with their scores, among what a filter leaves", async () => {
  const near = internalActionGeneric(async (ctx, args: { vector: number[]; limit?: number; number?: number }) => {
    const { vector, limit, number } = args;
    const query = { vector, ...(limit !== undefined && { limit }) };
    const filter =
      number === undefined
        ? {}
        : { filter: (q: { eq(field: string, value: number): unknown }) => q.eq("number", number) };
    return await ctx.vectorSearch("items", "by_vector", { ...query, ...filter } as never);
  });
  const { run, call, result } = await deployed({ near });
  const [a, b] = await run(async ({ db }) => {
    await db.insert("items", { number: 3 });
    // Of other dimensions: in no index.
    await db.insert("items", { number: 3, vector: [1] });
    return [
      await db.insert("items", { number: 1, vector: [1, 0] }),
      await db.insert("items", { number: 2, vector: [1, 1] }),
    ];
  });
  expect(await call("near", { vector: [2, 0] })).toEqual([
    { _id: a, _score: 1 },
    { _id: b, _score: expect.closeTo(Math.SQRT1_2) },
  ]);
  expect(await call("near", { vector: [2, 0], number: 2 })).toMatchObject([{ _id: b }]);
  for (const args of [{ vector: [1] }, { vector: [1, 0], limit: 257 }]) {
    expect(await result("near", args)).toMatchObject({ status: "error" });
  }
});
