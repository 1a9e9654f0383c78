/** Calling functions: who may, what is checked, what an error tells. */
import { internalMutationGeneric, internalQueryGeneric, makeFunctionReference, queryGeneric } from "convex/server";
import { ConvexError, v } from "convex/values";
import { expect, test } from "vitest";
import { admin, deployed } from "./deployed.js";

const functions = {
  open: queryGeneric({
    args: { text: v.string() },
    returns: v.number(),
    handler: async (_, { text }) => (text === "bad" ? "no number" : text.length) as number,
  }),
  inner: internalQueryGeneric(async () => "in"),
  fails: queryGeneric(async () => {
    throw new Error("a secret");
  }),
  refuses: queryGeneric(async () => {
    throw new ConvexError({ code: "no", count: 1n });
  }),
  write: internalMutationGeneric(async ({ db }, { size }: { size: number }) => {
    await db.insert("items", { number: 1, text: "x".repeat(size) });
  }),
};

test("anybody calls public functions, an admin internal ones too; a function that is missing is an error like another", async () => {
  const { deployment } = await deployed(functions, { redact: true });
  const anybody = { admin: false };
  expect(await deployment.call("query", "app:open", { text: "abc" }, anybody)).toMatchObject({ value: 3 });
  expect(await deployment.call("query", "app.js:open", [{ text: "abc" }], anybody)).toMatchObject({ value: 3 });
  expect(await deployment.call("any", "app:inner", {}, admin)).toMatchObject({ value: "in" });
  for (const [kind, path, caller] of [
    ["query", "app:inner", anybody],
    ["mutation", "app:open", admin],
    ["query", "app:missing", admin],
    ["query", "missing", admin],
  ] as const) {
    const result = await deployment.call(kind, path, {}, caller);
    expect(result).toMatchObject({ status: "error" });
    expect(result).not.toHaveProperty("errorData");
  }
});

test("production tells of an error no more than its request, and a ConvexError's data", async () => {
  const { deployment } = await deployed(functions, { redact: true });
  const whole = /^\[Request ID: [0-9a-f]{16}\] Server Error$/;
  expect(await deployment.call("query", "app:fails", {}, admin)).toEqual({
    status: "error",
    errorMessage: expect.stringMatching(whole),
    logLines: [],
  });
  expect(await deployment.call("query", "app:refuses", {}, admin)).toEqual({
    status: "error",
    errorMessage: expect.stringMatching(whole),
    errorData: { code: "no", count: { $integer: "AQAAAAAAAAA=" } },
    logLines: [],
  });
  const open = await deployed(functions);
  expect(await open.result("fails")).toMatchObject({
    errorMessage: expect.stringContaining("Uncaught Error: a secret"),
  });
});

test("arguments and return values are held against their validators, their size and their depth", async () => {
  const deep = (levels: number): object => (levels === 1 ? {} : { in: deep(levels - 1) });
  const echo = queryGeneric(async (_, args: Record<string, never>) => Object.keys(args).length);
  const { result } = await deployed({ ...functions, echo }, { limits: { argumentBytes: 1000 } });
  expect(await result("open", { text: 1 })).toMatchObject({
    status: "error",
    errorMessage: expect.stringContaining("ArgumentValidationError"),
  });
  expect(await result("open", { text: "a", more: 1 })).toMatchObject({ status: "error" });
  expect(await result("open", { text: "bad" })).toMatchObject({
    status: "error",
    errorMessage: expect.stringContaining("ReturnsValidationError"),
  });
  expect(await result("echo", { text: "x".repeat(1000) })).toMatchObject({
    errorMessage: expect.stringContaining("Arguments for app:echo are too large"),
  });
  expect(await result("echo", deep(64) as never)).toMatchObject({ status: "success" });
  expect(await result("echo", deep(65) as never)).toMatchObject({ status: "error" });
});

test("past its write rate a deployment turns mutations away before they begin, until a second has passed", async () => {
  const { result, pass, deployment } = await deployed(functions, { writeRate: 2_000 });
  const write = async () => await result("write", { size: 1_000 });
  expect(await write()).toMatchObject({ status: "success" });
  expect(await write()).toMatchObject({ status: "success" });
  expect(await write()).toEqual({ status: "rejected", http: 429, code: "TooManyWrites", message: expect.any(String) });
  expect(await result("open", { text: "a" })).toMatchObject({ status: "success" });
  pass(999);
  expect(await write()).toMatchObject({ status: "rejected" });
  pass(1);
  expect(await write()).toMatchObject({ status: "success" });
  expect(deployment.store.table("items")?.size).toBe(3);
});

test("a document that is written several times goes to the log once, and what was undone never", async () => {
  const rewrite = internalMutationGeneric(
    async ({ db, runMutation }, { times, undone }: { times: number; undone: number }) => {
      const id = await db.insert("items", { number: 1 });
      for (let number = 0; number < times; number++) await db.patch(id, { number });
      for (let i = 0; i < undone; i++) await runMutation(reference, {}).catch(() => null);
    },
  );
  const undo = internalMutationGeneric(async ({ db }) => {
    await db.insert("items", { number: 2 });
    throw new Error("no");
  });
  const reference = makeFunctionReference<"mutation">("app:undo");
  const { call, deployment } = await deployed({ rewrite, undo });
  const logged: number[] = [];
  for (const args of [
    { times: 0, undone: 0 },
    { times: 5, undone: 0 },
    { times: 0, undone: 5 },
  ]) {
    const before = deployment.counters.total().logBytesWritten;
    await call("rewrite", args);
    logged.push(deployment.counters.total().logBytesWritten - before);
  }
  expect(new Set(logged).size).toBe(1);
});

test("counters tell what each function has read and written, the most of one call too", async () => {
  const { call, result, deployment } = await deployed(functions);
  for (const size of [10, 20]) await call("write", { size });
  await result("fails");
  expect(deployment.counters.byFunction.get("app:write")).toMatchObject({
    calls: 2,
    errors: 0,
    documentsWritten: 2,
    most: { documentsWritten: 1 },
  });
  const { calls, errors, bytesWritten, logBytesWritten } = deployment.counters.total();
  expect([calls, errors]).toEqual([3, 1]);
  expect(logBytesWritten).toBeGreaterThan(2 * bytesWritten);
});
