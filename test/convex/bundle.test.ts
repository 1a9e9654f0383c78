/** What an application mounts runs in the Convex runtime: no Node built-in is reachable, and nothing of Node is used on loading. */
import { fileURLToPath } from "node:url";
import { createContext, Script } from "node:vm";
import { build } from "esbuild";
import { expect, test } from "vitest";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** Bundles as Convex does for its own runtime: for a browser, with the condition `convex`; esbuild refuses Node's built-ins there. */
async function bundle(entry: string) {
  return await build({
    stdin: { contents: entry, resolveDir: repository, loader: "ts" },
    bundle: true,
    write: false,
    metafile: true,
    format: "iife",
    globalName: "bundled",
    platform: "browser",
    conditions: ["convex", "module"],
    target: "esnext",
    logLevel: "silent",
  });
}

/** The globals of the Convex runtime that JavaScript itself does not bring; no `process`, `Buffer`, `require` or `setImmediate`. */
const runtimeGlobals = {
  TextEncoder,
  TextDecoder,
  URL,
  URLSearchParams,
  atob,
  btoa,
  crypto,
  console,
  Headers,
  Request,
  Response,
  fetch,
};

const mounted = `
  export * as functions from "./fixtures/application/unnest.ts";
  export { transitionalSchema } from "./convex/schema/transitionalSchema.ts";
  export { finalSchema } from "./convex/schema/finalSchema.ts";
  export { createReads } from "./convex/read/createReads.ts";
  export { createSearch } from "./convex/read/createSearch.ts";
`;

test("the mounted modules bundle for the Convex runtime and load with its globals alone", async () => {
  const { outputFiles, metafile } = await bundle(mounted);
  const imports = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
  expect(imports.filter(({ external }) => external === true)).toEqual([]);

  const context = createContext({ ...runtimeGlobals });
  new Script(`${outputFiles[0]?.text}\nthis.bundled = bundled;`).runInContext(context);
  const { functions, transitionalSchema } = context.bundled as {
    functions: Record<string, { isInternal?: boolean }>;
    transitionalSchema: { tables: object };
  };
  expect(Object.keys(transitionalSchema.tables)).toContain("unnestTouches");
  const exported = Object.entries(functions);
  expect(exported.length).toBeGreaterThan(0);
  expect(exported.filter(([, { isInternal }]) => isInternal !== true).map(([name]) => name)).toEqual([]);
});

test("a Node built-in anywhere in it is refused", async () => {
  await expect(bundle(`import { readFileSync } from "node:fs"; export const read = readFileSync;`)).rejects.toThrow(
    "node:fs",
  );
});
