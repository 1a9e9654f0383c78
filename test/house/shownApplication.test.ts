/** The application of convex/README.md type-checks against the built package and bundles for the Convex runtime (`npm run build` comes before). */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const execute = promisify(execFile);

/** What `npx convex dev` would generate, as far as those files ask for it. */
const generated = `
  import {
    type DataModelFromSchemaDefinition, internalMutationGeneric, type MutationBuilder, mutationGeneric, type QueryBuilder, queryGeneric,
  } from "convex/server";
  import type schema from "../schema.js";
  type DataModel = DataModelFromSchemaDefinition<typeof schema>;
  export const mutation = mutationGeneric as MutationBuilder<DataModel, "public">;
  export const internalMutation = internalMutationGeneric as MutationBuilder<DataModel, "internal">;
  export const query = queryGeneric as QueryBuilder<DataModel, "public">;
`;

const configuration = {
  compilerOptions: {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
    ...{ module: "ESNext", moduleResolution: "Bundler", target: "ES2022", lib: ["ES2023"] },
  },
  include: ["convex"],
};

let folder: string;
let files: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-app-"));
  const page = await readFile(join(repository, "convex/README.md"), "utf8");
  const blocks = [...page.matchAll(/```ts\n\/\/ (convex\/\w+\.ts).*\n([^`]*)```/g)];
  files = blocks.map(([, path = ""]) => path);
  for (const [, path = "", text = ""] of blocks) await write(path, text);
  await write("convex/_generated/server.ts", generated);
  await write("tsconfig.json", JSON.stringify(configuration));
  await mkdir(join(folder, "node_modules"));
  await symlink(repository, join(folder, "node_modules/convex-unnest"));
  await symlink(join(repository, "node_modules/convex"), join(folder, "node_modules/convex"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function complaints(): Promise<string> {
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  return await execute(process.execPath, [compiler, "-p", folder]).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

test("it has a file for each of the places, and each type-checks", async () => {
  expect(files.map((path) => path.slice("convex/".length, -".ts".length))).toEqual([
    ...["schema", "unnest", "functions", "reads", "bookmarks"],
  ]);
  expect(await complaints()).toBe("");
});

test("a mistake in it would show", async () => {
  const text = await readFile(join(folder, "convex/bookmarks.ts"), "utf8");
  await write(
    "convex/mistake.ts",
    text.replace('"bookmarks", bookmarkId', '"nothing", bookmarkId').replace("tag =", "no ="),
  );
  expect(await complaints()).toContain("convex/mistake.ts");
  await rm(join(folder, "convex/mistake.ts"));
});

test("it bundles for the Convex runtime", async () => {
  const { metafile } = await build({
    entryPoints: files.map((path) => join(folder, path)),
    ...{ bundle: true, write: false, metafile: true, outdir: folder, splitting: true, logLevel: "silent" },
    ...{ format: "esm", platform: "browser", conditions: ["convex", "module"], target: "esnext" },
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  expect(imports.filter(({ external }) => external === true)).toEqual([]);
});
