/**
 * The application of convex/installing.md, with the helpers of convex/README.md, as who installs the package has it: with the oldest and
 * the newest `convex` it type-checks against the packed package and bundles for the Convex runtime (`npm run build` comes before).
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Application,
  type Compiler,
  type ConvexPackage,
  installed,
  packed,
  quotedMessages,
  removeFolder,
  shownFiles,
} from "./installedApplication.js";

const page = "convex/installing.md";
/** What the page shows as it no longer compiles. */
const broken = "convex/before.ts";

let pack: string;
let files: ReadonlyMap<string, string>;

beforeAll(async () => {
  pack = await packed();
  files = new Map([...(await shownFiles(page)), ...(await shownFiles("convex/README.md"))]);
});
afterAll(async () => await removeFolder(pack));

test("the page has a file for each of the places", () => {
  expect([...files.keys()].map((path) => path.slice("convex/".length, -".ts".length))).toEqual([
    ...["schema", "unnest", "functions", "reads", "before", "after", "bookmarks"],
  ]);
});

test("the package holds what runs and what is read: no tests, sources or maps, and a command", async () => {
  const manifest = JSON.parse(await readFile(join(pack, "package/package.json"), "utf8"));
  expect(manifest).toMatchObject({ name: "convex-unnest", peerDependencies: { convex: "^1.30.0" } });
  expect(manifest.private).toBeUndefined();
  expect(manifest.dependencies).not.toHaveProperty("convex");
  expect(await readFile(join(pack, "package", manifest.bin.unnest), "utf8")).toMatch(/^#!.*node/);
  const paths = await readdir(join(pack, "package"), { recursive: true });
  expect(paths.filter((path) => /^test\/|\.map$|(?<!\.d)\.ts$/.test(path))).toEqual([]);
  for (const needed of ["convex/installing.md", "sql/README.md", "dist/convex/functions.d.ts", "LICENSE"])
    expect(
      paths.some((path) => path.endsWith(needed)),
      needed,
    ).toBe(true);
});

describe.each<[ConvexPackage, readonly Compiler[]]>([
  ["convex-minimum", ["typescript", "typescript-5"]],
  ["convex", ["typescript", "typescript-5"]],
])("with %s", (convex, compilers) => {
  let application: Application;
  beforeAll(async () => {
    const whole = new Map([...files].filter(([path]) => path !== broken));
    application = await installed(pack, convex, whole);
  });
  afterAll(async () => await removeFolder(application.folder));

  test.each(compilers)("it type-checks by %s", async (compiler) => {
    expect(await application.complaints(compiler)).toBe("");
  });

  test("the code that no longer compiles is told what the page quotes", async () => {
    await application.write(broken, files.get(broken) ?? "");
    const told = (await application.complaints())
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("convex/"));
    await removeFolder(join(application.folder, broken));
    expect(told).toEqual(await quotedMessages(page));
  });

  test("a mistake in it would show", async () => {
    const text = files.get("convex/bookmarks.ts") ?? "";
    await application.write(
      "convex/mistake.ts",
      text.replace('"bookmarks", bookmarkId', '"nothing", bookmarkId').replace("tag =", "no ="),
    );
    expect(await application.complaints()).toContain("convex/mistake.ts");
    await removeFolder(join(application.folder, "convex/mistake.ts"));
  });

  test("it bundles for the Convex runtime", async () => {
    const { folder } = application;
    const { metafile } = await build({
      entryPoints: [...files.keys()].filter((path) => path !== broken).map((path) => join(folder, path)),
      ...{ bundle: true, write: false, metafile: true, outdir: folder, splitting: true, logLevel: "silent" },
      ...{ format: "esm", platform: "browser", conditions: ["convex", "module"], target: "esnext" },
    });
    const inputs = Object.entries(metafile.inputs);
    expect(inputs.flatMap(([, { imports }]) => imports).filter(({ external }) => external === true)).toEqual([]);
    // One copy of convex, the application's own.
    const copies = new Set(
      inputs.flatMap(([path]) => path.match(/node_modules\/(convex(?:-minimum)?)\/dist/)?.[1] ?? []),
    );
    expect([...copies]).toEqual([convex]);
  });
});
