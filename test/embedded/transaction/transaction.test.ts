import {
  internalActionGeneric,
  internalMutationGeneric,
  internalQueryGeneric,
  makeFunctionReference,
} from "convex/server";
import { ConvexError } from "convex/values";
import { expect, test } from "vitest";
import { decodeId } from "../../../pipeline/convexFormat/ids.js";
import { deployed, noon, stored } from "../deployed.js";

const reference = <Kind extends "query" | "mutation" | "action">(name: string) =>
  makeFunctionReference<Kind>(`app:${name}`);

test("documents have ids of their table's number, with the day, and creation times that grow though the clock stands", async () => {
  const { deployment, run } = await deployed();
  await run(async ({ db }) => {
    for (let number = 0; number < 5; number++) await db.insert("items", { number });
  });
  const items = stored(deployment, "items") as { _id: string; _creationTime: number; number: number }[];
  const inOrder = items.toSorted((a, b) => a.number - b.number);
  for (const { _id } of items) {
    const { tableNumber, bytes } = decodeId(_id) ?? { tableNumber: 0, bytes: [] };
    expect(tableNumber).toBe(deployment.store.table("items")?.number);
    expect(((bytes[14] ?? 0) << 8) + (bytes[15] ?? 0)).toBe(Math.floor(noon / 86_400_000));
  }
  const times = inOrder.map(({ _creationTime }) => _creationTime);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  expect(times[0]).toBe(noon);
});

test("a mutation that fails leaves nothing: not what it inserted, patched, replaced, deleted or scheduled", async () => {
  const fail = internalMutationGeneric(async ({ db, scheduler }) => {
    const [first, second, third] = await db.query("items").collect();
    await db.patch(first?._id as never, { number: 10 });
    await db.replace(second?._id as never, { number: 20 });
    await db.delete(third?._id as never);
    await db.insert("items", { number: 40 });
    await scheduler.runAfter(0, reference<"mutation">("fail"), {});
    throw new ConvexError({ code: "no" });
  });
  const { deployment, run, result } = await deployed({ fail });
  await run(async ({ db }) => {
    for (let number = 0; number < 3; number++) await db.insert("items", { number });
    // Built before, so that they have to be put back as well.
    await db.query("items").withIndex("by_number").collect();
  });
  const before = stored(deployment, "items");
  expect(await result("fail")).toMatchObject({ status: "error", errorData: { code: "no" } });
  expect(stored(deployment, "items")).toEqual(before);
  expect(stored(deployment, "_scheduled_functions")).toEqual([]);
  const byNumber = await run(({ db }) => db.query("items").withIndex("by_number").collect());
  expect(byNumber.map(({ number }) => number)).toEqual([0, 1, 2]);
});

test("of a mutation within a mutation that fails, its own writes go and the caller's stay; its ConvexError arrives", async () => {
  const inner = internalMutationGeneric(async ({ db }) => {
    await db.insert("items", { number: 2 });
    throw new ConvexError("inner");
  });
  const outer = internalMutationGeneric(async ({ db, runMutation, meta }) => {
    await db.insert("items", { number: 1 });
    const caught = await runMutation(reference<"mutation">("inner"), {}).catch(
      (error: ConvexError<string>) => error.data,
    );
    await db.insert("items", { number: 3 });
    return { caught, written: (await meta.getTransactionMetrics()).documentsWritten.used };
  });
  const { deployment, call } = await deployed({ inner, outer });
  expect(await call("outer")).toEqual({ caught: "inner", written: 2 });
  expect(
    stored(deployment, "items")
      .map((item) => (item as { number: number }).number)
      .sort(),
  ).toEqual([1, 3]);
});

test("a function that was called and not waited for ends in its caller's transaction", async () => {
  const late = internalMutationGeneric(async ({ db }) => {
    for (let number = 0; number < 5; number++) await db.insert("items", { number });
  });
  const fail = internalMutationGeneric(async ({ runMutation }) => {
    void runMutation(reference<"mutation">("late"), {}).catch(() => {});
    throw new Error("no");
  });
  const { deployment, result } = await deployed({ late, fail });
  expect(await result("fail")).toMatchObject({ status: "error" });
  expect(stored(deployment, "items")).toEqual([]);
});

test("actions that run at once do not mix: each keeps its caller, and mutations come one after the other", async () => {
  const add = internalMutationGeneric(async ({ db, auth }) => {
    const items = await db.query("items").collect();
    await db.insert("items", { number: items.length, text: (await auth.getUserIdentity())?.subject ?? "" });
  });
  const act = internalActionGeneric(async ({ runMutation, auth }) => {
    const before = (await auth.getUserIdentity())?.subject;
    await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([runMutation(reference<"mutation">("add"), {}), runMutation(reference<"mutation">("add"), {})]);
    return [before, (await auth.getUserIdentity())?.subject];
  });
  const { deployment } = await deployed({ add, act });
  const users = ["ann", "bob", "eve"];
  const answers = await Promise.all(
    users.map(async (subject) => {
      const identity = { subject, issuer: "i", tokenIdentifier: `i|${subject}` };
      return await deployment.call("action", "app:act", {}, { admin: true, identity });
    }),
  );
  expect(answers).toMatchObject(users.map((user) => ({ status: "success", value: [user, user] })));
  const items = stored(deployment, "items") as { number: number; text: string }[];
  expect(items.map(({ number }) => number).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(items.map(({ text }) => text).sort()).toEqual([...users, ...users].sort());
});

test("queries cannot write, and what is read in a mutation shows its own writes", async () => {
  const write = internalQueryGeneric(async (ctx) => {
    const { db } = ctx as unknown as { db: { insert(table: string, fields: object): Promise<void> } };
    await db.insert?.("items", { number: 1 });
  });
  const { deployment, result, run } = await deployed({ write });
  await result("write");
  expect(stored(deployment, "items")).toEqual([]);
  const seen = await run(async ({ db }) => {
    const id = await db.insert("items", { number: 1 });
    await db.patch(id, { text: "t", number: 2 });
    const found = await db
      .query("items")
      .withIndex("by_number", (range) => range.eq("number", 2))
      .unique();
    return [
      found?.text,
      (
        await db
          .query("items")
          .withIndex("by_number", (range) => range.eq("number", 1))
          .first()
      )?._id,
    ];
  });
  expect(seen).toEqual(["t", undefined]);
});
