/** The laws of the house that the linter holds: for each one a planted violation, in a folder of its own, and what the linter says. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";

const repository = fileURLToPath(new URL("../../", import.meta.url));

const importing = (from: string): string => `import { thing } from "${from}";\nexport const other = thing;\n`;

/** What is planted: file, content, the rule that must refuse it. */
const refused: readonly (readonly [law: string, file: string, text: string, rule: string])[] = [
  [
    "only database.ts imports DuckDB's client",
    "pipeline/load/a.ts",
    importing("@duckdb/node-api"),
    "noRestrictedImports",
  ],
  ["… commands do not either", "pipeline/commands/a.ts", importing("@duckdb/node-api"), "noRestrictedImports"],
  ["… fixtures and tests do not either", "test/a.ts", importing("@duckdb/node-api"), "noRestrictedImports"],
  [
    "stages do not import each other",
    "pipeline/transform/b.ts",
    importing("../load/loadStage.js"),
    "noRestrictedImports",
  ],
  ["a stage imports no command", "pipeline/check/b.ts", importing("../commands/run.js"), "noRestrictedImports"],
  [
    "a stage does not know the list of stages",
    "pipeline/report/b.ts",
    importing("../stages.js"),
    "noRestrictedImports",
  ],
  [
    "convexFormat imports no stage",
    "pipeline/convexFormat/c.ts",
    importing("../load/loadStage.js"),
    "noRestrictedImports",
  ],
  ["db imports no stage", "pipeline/db/c.ts", importing("../check/runChecks.js"), "noRestrictedImports"],
  ["model imports no stage", "pipeline/model/c.ts", importing("../package/packageStage.js"), "noRestrictedImports"],
  ["database.ts imports no stage", "pipeline/db/database.ts", importing("../load/loadStage.js"), "noRestrictedImports"],
  [
    "the pipeline knows transforms/index.ts alone",
    "pipeline/parts/d.ts",
    importing("../../transforms/urlHash.js"),
    "noRestrictedImports",
  ],
  [
    "the pipeline knows of convex/ the schema alone",
    "pipeline/model/d.ts",
    importing("../../convex/messages.js"),
    "noRestrictedImports",
  ],
  [
    "the pipeline does not know its fixtures",
    "pipeline/load/d.ts",
    importing("../../fixtures/world.js"),
    "noRestrictedImports",
  ],
  ["a transform imports nothing of Node", "transforms/e.ts", importing("node:crypto"), "noRestrictedImports"],
  [
    "a transform imports nothing of the pipeline",
    "transforms/f.ts",
    importing("../pipeline/db/quote.js"),
    "noRestrictedImports",
  ],
  [
    "a transform imports nothing of convex/",
    "transforms/g.ts",
    importing("../convex/schema/tables.js"),
    "noRestrictedImports",
  ],
  ["a transform imports no other package", "transforms/h.ts", importing("zod"), "noRestrictedImports"],
  ["convex/ imports nothing of Node", "convex/e.ts", importing("node:fs"), "noRestrictedImports"],
  [
    "convex/ imports nothing of the pipeline",
    "convex/f.ts",
    importing("../pipeline/db/quote.js"),
    "noRestrictedImports",
  ],
  ["Node's modules are named as such", "pipeline/run/i.ts", importing("fs"), "useNodejsImportProtocol"],
  ["no default exports", "pipeline/run/j.ts", "export default 1;\n", "noDefaultExport"],
  ["no any", "pipeline/run/k.ts", "export const a: any = 1;\n", "noExplicitAny"],
  ["no non-null assertion", "pipeline/run/l.ts", "export const a = (b?: { c: 1 }) => b!.c;\n", "noNonNullAssertion"],
  [
    "types are imported as types",
    "pipeline/run/m.ts",
    'import { T } from "./n.js";\nexport const a: T = 1;\n',
    "useImportType",
  ],
  ["camelCase file names", "pipeline/run/two-words.ts", "export const a = 1;\n", "useFilenamingConvention"],
  ["only cli.ts prints", "pipeline/run/o.ts", "console.log(1);\n", "noConsole"],
  [
    "no promise is left alone",
    "pipeline/run/p.ts",
    "async function f(): Promise<void> {}\nf();\n",
    "noFloatingPromises",
  ],
  // The skip is the planted breach, a text the linter has to refuse; nothing here is skipped.
  ["no test is skipped", "test/q.test.ts", 'import { it } from "vitest";\nit.skip("a", () => {});\n', "noSkippedTests"],
  ["no import goes in a circle", "pipeline/run/r.ts", importing("./s.js"), "noImportCycles"],
  ["… from either end", "pipeline/run/s.ts", importing("./r.js"), "noImportCycles"],
];

const allowed: readonly (readonly [file: string, from: string])[] = [
  ["pipeline/db/database.ts", "@duckdb/node-api"],
  ["pipeline/load/loadStage.ts", "../db/quote.js"],
  ["pipeline/load/loadStage.ts", "./other.js"],
  ["pipeline/transform/mapPasses.ts", "../../transforms/index.js"],
  ["pipeline/model/loadModel.ts", "../../convex/schema/tables.js"],
  ["pipeline/model/types.ts", "convex/values"],
  ["pipeline/commands/run.ts", "../load/loadStage.js"],
  ["pipeline/commands/generate.ts", "../../fixtures/generator/generateSnapshot.js"],
  ["transforms/urlHash.ts", "whatwg-url"],
  ["transforms/urlHash.ts", "@noble/hashes/sha2.js"],
  ["transforms/urlHash.ts", "convex/values"],
  ["transforms/urlHash.ts", "./jsonPointer.js"],
  ["convex/import.ts", "../transforms/index.js"],
];

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string };
}

/** `path rule` of everything the linter finds in a folder with these files. */
async function lint(files: ReadonlyMap<string, string>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "unnest-laws-"));
  try {
    for (const name of ["biome.json", "package.json"]) await copyFile(join(repository, name), join(folder, name));
    for (const [file, text] of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    const biome = join(repository, "node_modules/.bin/biome");
    const args = ["lint", ".", "--vcs-enabled=false", "--max-diagnostics=none", "--reporter=json"];
    const output = await new Promise<string>((resolve) => {
      execFile(biome, args, { cwd: folder, maxBuffer: 2 ** 26 }, (_error, stdout) => resolve(stdout));
    });
    const { diagnostics } = JSON.parse(output) as { diagnostics: Diagnostic[] };
    return diagnostics.map(({ category, location }) => `${location.path} ${category.split("/").at(-1)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("the linter refuses", () => {
  let found: readonly string[];
  beforeAll(async () => {
    found = await lint(new Map(refused.map(([, file, text]) => [file, text])));
  });
  it.each(refused)("%s", (_law, file, _text, rule) => {
    expect(found).toContain(`${file} ${rule}`);
  });
});

describe("the linter allows", () => {
  let found: readonly string[];
  beforeAll(async () => {
    const files = new Map<string, string>();
    for (const [index, [file, from]] of allowed.entries()) {
      files.set(file, `${files.get(file) ?? ""}export { thing as thing${index} } from "${from}";\n`);
    }
    // So that finding nothing means something.
    files.set("pipeline/run/planted.ts", 'export { thing } from "../load/loadStage.js";\n');
    found = await lint(files);
    expect(found).toContain("pipeline/run/planted.ts noRestrictedImports");
  });
  it.each(allowed)("%s to import %s", (file) => {
    expect(found).not.toContain(`${file} noRestrictedImports`);
  });
});
