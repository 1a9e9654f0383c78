import { ConvexHttpClient } from "convex/browser";
import { anyApi } from "convex/server";
import { ConvexError } from "convex/values";
import { expect, test } from "vitest";
import { serve } from "../../../pipeline/embedded/serve.js";
import { adminKey, post, served } from "./counting.js";

const { counts } = anyApi as unknown as { counts: Record<string, never> };
const fn = (name: string): never => counts[name] as never;

/** `setAdminAuth` is there, though not in the types. */
interface AdminClient {
  setAdminAuth(key: string, identity?: Record<string, string>): void;
}

function client(url: string, key?: string, identity?: Record<string, string>): ConvexHttpClient {
  const made = new ConvexHttpClient(url, { logger: false });
  if (key !== undefined) (made as unknown as AdminClient).setAdminAuth(key, identity);
  return made;
}

test("Convex's own client queries, mutates and acts", async () => {
  const { url } = await served();
  const convex = client(url);
  await convex.mutation(fn("add"), { by: 1 } as never);
  await convex.mutation(fn("add"), { by: 2 } as never, { skipQueue: true } as never);
  expect(await convex.query(fn("total"))).toBe(2);
  expect(await convex.action(fn("echoLater"), { value: "x" } as never)).toBe("x");
});

test.each([
  ["Int64", 2n ** 63n - 1n],
  ["-0", -0],
  ["NaN", Number.NaN],
  ["bytes", new Uint8Array([0, 255]).buffer],
  ["nested", [{ a: [1, null, true], b: { c: Number.NEGATIVE_INFINITY } }]],
])("a value goes there and comes back: %s", async (_, value) => {
  const { url } = await served();
  expect(await client(url).query(fn("echo"), { value } as never)).toEqual(value);
});

test("a ConvexError arrives with its data, and its mutation has left nothing", async () => {
  const { url, total } = await served();
  const error = await client(url)
    .mutation(fn("refuse"))
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConvexError);
  expect((error as ConvexError<never>).data).toEqual({ code: "no_more", limit: 3n });
  expect(await total()).toBe(0);
});

test("a function's failure is an answer, which says nothing of its inside", async () => {
  const { url } = await served();
  const { status, answer } = await post(`${url}/api/mutation`, { path: "counts:break", args: {} });
  expect([status, (answer as { status: string }).status]).toEqual([200, "error"]);
  expect(JSON.stringify(answer)).not.toContain("inside of the application");
  const missing = await post(`${url}/api/mutation`, { path: "counts:nothing", args: {} });
  expect(missing).toMatchObject({ status: 200, answer: { status: "error" } });
});

test("internal functions are there for an admin alone", async () => {
  const { url, total } = await served();
  await expect(client(url).mutation(fn("addUnseen"))).rejects.toThrow();
  expect(await total()).toBe(0);
  await client(url, adminKey).mutation(fn("addUnseen"));
  expect(await total()).toBe(1);
});

test("an admin may act as a user", async () => {
  const { url } = await served();
  const acting = client(url, adminKey, { subject: "user-1", issuer: "https://id.example" });
  expect(await acting.query(fn("whoami"))).toMatchObject({
    subject: "user-1",
    issuer: "https://id.example",
    tokenIdentifier: "https://id.example|user-1",
  });
  expect(await client(url, adminKey).query(fn("whoami"))).toBeNull();
});

test.each([
  ["another secret", "Convex dev:brave-otter-7|0123456789abcdee", 401, "BadAdminKey"],
  ["a part of the key", `Convex ${adminKey.slice(0, -1)}`, 401, "BadAdminKey"],
  ["a scheme without a key", "Convex ", 400, "InvalidHeaderFailure"],
  ["a user's token", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", 401, "NoAuthProvider"],
  ["no scheme that is known", "Basic abc", 400, "InvalidHeaderFailure"],
  ["an identity that is none", `Convex ${adminKey}:bm90IGpzb24=`, 400, "HeaderParseFailure"],
])("%s is refused before anything is run", async (_, authorization, status, code) => {
  const { url, total } = await served();
  const refused = await post(`${url}/api/mutation`, { path: "counts:add", args: { by: 1 } }, { authorization });
  expect(refused).toMatchObject({ status, answer: { code } });
  expect(JSON.stringify(refused)).not.toContain(adminKey.slice(-16));
  expect(await total()).toBe(0);
});

test("any kind of function is called by one route, with an admin's key", async () => {
  const { url } = await served();
  const call = { path: "counts:total", args: {} };
  expect(await post(`${url}/api/function`, call)).toMatchObject({ status: 403, answer: { code: "BadDeployKey" } });
  // The kind of deployment before the name is no part of the key.
  for (const key of [adminKey, adminKey.replace("dev:", ""), adminKey.replace("dev:", "prod:")]) {
    const answered = await post(`${url}/api/function`, call, { authorization: `Convex ${key}` });
    expect(answered).toEqual({ status: 200, answer: { status: "success", value: 0 } });
  }
  const component = { ...call, componentPath: "mail" };
  expect(await post(`${url}/api/function`, component, { authorization: `Convex ${adminKey}` })).toMatchObject({
    status: 400,
  });
});

test.each([
  ["no JSON", "{", "BadJsonBody"],
  ["no path", { args: {} }, "BadJsonBody"],
  ["no arguments", { path: "counts:total" }, "BadJsonBody"],
  ["two arguments", { path: "counts:total", args: [{}, {}] }, "BadJsonBody"],
  ["a path that is none", { path: "../counts total", args: {} }, "BadConvexFunctionIdentifier"],
  ["a format that is none", { path: "counts:total", args: {}, format: "xml" }, "BadFormat"],
])("a body with %s is refused", async (_, body, code) => {
  const { url } = await served();
  expect(await post(`${url}/api/query`, body)).toMatchObject({ status: 400, answer: { code } });
});

test("a body must say that it is JSON", async () => {
  const { url } = await served();
  const refused = await post(`${url}/api/query`, { path: "counts:total", args: {} }, { "content-type": "text/plain" });
  expect(refused).toMatchObject({ status: 400, answer: { code: "BadJsonBody" } });
});

test("a client that does not ask for the encoding gets values that are easy to read", async () => {
  const { url } = await served();
  const value = { bytes: { $bytes: "AP8=" }, count: { $integer: "BwAAAAAAAAA=" }, none: { $float: "AAAAAAAA+H8=" } };
  const call = { path: "counts:echo", args: [{ value }] };
  expect(await post(`${url}/api/query`, call)).toMatchObject({
    answer: { value: { bytes: "AP8=", count: "7", none: "NaN" } },
  });
  expect(await post(`${url}/api/query`, { ...call, format: "convex_encoded_json" })).toMatchObject({
    answer: { value },
  });
});

test("a body may have 16 MiB and 2,000 bytes, and not one more", async () => {
  const { url } = await served();
  const call = (length: number): string => {
    const text = JSON.stringify({ path: "counts:total", args: {}, unknown: "" });
    return text.replace('""', `"${"x".repeat(length - text.length)}"`);
  };
  const most = 16 * 1024 * 1024 + 2000;
  expect(await post(`${url}/api/query`, call(most))).toMatchObject({ status: 200 });
  expect(await post(`${url}/api/query`, call(most + 1))).toMatchObject({
    status: 400,
    answer: { code: "BadJsonBody" },
  });
});

test("what the deployment will not start has its own status", async () => {
  const { url } = await served({}, { writeRate: 1, now: () => 1_780_000_000_000 });
  const call = { path: "counts:add", args: { by: 1 } };
  expect(await post(`${url}/api/mutation`, call)).toMatchObject({ status: 200 });
  expect(await post(`${url}/api/mutation`, call)).toMatchObject({ status: 429, answer: { code: "TooManyWrites" } });
});

test("a defect of the deployment is told to whom it serves, and nothing of it to the client", async () => {
  const defect = new Error("the inside of the engine");
  const defects: unknown[] = [];
  const call = async () => {
    throw defect;
  };
  const server = await serve({ call }, { adminKey, onDefect: (error) => defects.push(error) });
  const failed = await post(`${server.url}/api/query`, { path: "counts:total", args: {} });
  await server.close();
  expect(failed).toMatchObject({ status: 500, answer: { code: "InternalServerError" } });
  expect(JSON.stringify(failed)).not.toContain(defect.message);
  expect(defects).toEqual([defect]);
});

test("it listens to this machine alone, says who it is, and serves nothing else", async () => {
  const { url } = await served();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await (await fetch(`${url}/instance_name`)).text()).toBe("brave-otter-7");
  expect((await fetch(`${url}/version`)).status).toBe(200);
  for (const path of ["/api/nothing", "/api/query", "/etc/passwd"]) expect((await fetch(url + path)).status).toBe(404);
});

test("closing waits for the call under way and takes no other", async () => {
  const { url, close, total } = await served({ faults: () => ({ kind: "delayed", milliseconds: 50 }) });
  const under = post(`${url}/api/mutation`, { path: "counts:add", args: { by: 1 } });
  while ((await total()) === 0) await new Promise((resolve) => setImmediate(resolve));
  await close();
  expect(await under).toMatchObject({ status: 200, answer: { status: "success" } });
  await expect(post(`${url}/api/query`, { path: "counts:total", args: {} })).rejects.toThrow();
});
