import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { convexToJson } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import { transitionalSchema } from "../../../convex/schema/transitionalSchema.js";
import { inEncoding } from "../../../fixtures/inEncoding.js";
import type { World } from "../../../fixtures/world.js";
import { clean } from "../../../fixtures/worlds/clean.js";
import { encodings, plainValues } from "../../../fixtures/worlds/encodings.js";
import { worldToZip } from "../../../fixtures/writeWorld.js";
import { openArchive } from "../../../pipeline/convexFormat/archive.js";
import { exportSnapshot } from "../../../pipeline/embedded/archive/exportSnapshot.js";
import { loadSnapshot } from "../../../pipeline/embedded/archive/loadSnapshot.js";
import { EmbeddedDeployment } from "../../../pipeline/embedded/embeddedDeployment.js";
import { temporaryFolder } from "../../convexFormat/temporaryFolder.js";
import { anyValue } from "../../convexFormat/values.js";
import { author, call, emptyLibrary, idOf, library, list, numbers, packageFile, uniform } from "./library.js";

/** Texts of documents.jsonl by table, and the list of tables. */
async function contents(path: string): Promise<{ tables: [string, number | null][]; texts: Record<string, string> }> {
  const archive = await openArchive(path);
  try {
    const texts: Record<string, string> = {};
    for (const table of archive.tables) texts[table.rawName] = (await buffer(await table.open())).toString("utf8");
    return { tables: archive.tables.map(({ rawName, tableNumber }) => [rawName, tableNumber]), texts };
  } finally {
    await archive.close();
  }
}

async function exported(deployment: EmbeddedDeployment): Promise<string> {
  const path = join(await temporaryFolder(), "export.zip");
  await exportSnapshot(deployment, path);
  return path;
}

const migrating = (): Promise<EmbeddedDeployment> =>
  EmbeddedDeployment.create({ schema: transitionalSchema, modules: {}, random: () => 0.5 });

async function loaded(world: World): Promise<EmbeddedDeployment> {
  const path = join(await temporaryFolder(), "world.zip");
  await worldToZip(world, path);
  const deployment = await migrating();
  await loadSnapshot(deployment, path, { offenders: "keep" });
  return deployment;
}

test("documents are written as Convex writes them: by id, keys sorted, floats with a fraction, Int64 without", async () => {
  const deployment = await library();
  const id = await call(deployment, "addAuthor", { name: "Added" });
  const { texts, tables } = await contents(await exported(deployment));
  const added = `{"_creationTime":1780000000000.0,"_id":"${id}","born":1949,"name":"Added"}\n`;
  const second = author(2).replace(',"name"', ',"born":1912,"name"');
  expect(texts.authors).toBe([author(1), second, added].toSorted(byId).join(""));
  // Empty tables are listed; with few documents they come first.
  expect(tables.map(([name]) => name)).toEqual(["books", "loans", "authors"]);
  expect(Object.fromEntries(tables)).toEqual(numbers);
});

function byId(a: string, b: string): number {
  const idIn = (line: string): string => /"_id":"(\w+)"/.exec(line)?.[1] ?? "";
  return idIn(a) < idIn(b) ? -1 : 1;
}

test("keys that a package had in no order are sorted, at every level", async () => {
  const deployment = await emptyLibrary();
  const id = idOf("loans", 1);
  const lines = `{"days":28.0,"_id":"${id}","by":{"name":"N","card":1},"_creationTime":1770000000000.5}\n`;
  const files = { "_tables/documents.jsonl": list({ loans: numbers.loans }), ...uniform("loans", lines) };
  await loadSnapshot(deployment, await packageFile(files));
  const { texts } = await contents(await exported(deployment));
  expect(texts.loans).toBe(`{"_creationTime":1770000000000.5,"_id":"${id}","by":{"card":1,"name":"N"},"days":28.0}\n`);
});

test.each([
  ["a world", clean, clean],
  ["every kind of value", encodings, encodings],
  ["an older export", inEncoding(encodings, "shape"), encodings],
  ["an export without encodings", inEncoding(plainValues, "plain"), plainValues],
] as const)("%s comes back with its values, in the encoding of today", async (_, given, expected) => {
  const deployment = await loaded(given);
  const { texts } = await contents(await exported(deployment));
  for (const { name, lines } of expected.tables) {
    // A deployment here has no components.
    const text = name.startsWith("_components/") ? undefined : lines.map((line) => `${line}\n`).join("");
    expect([name, texts[name]]).toEqual([name, text]);
  }
});

test("exported, loaded and exported again is the same file", async () => {
  const first = await exported(await loaded(clean));
  const deployment = await migrating();
  await loadSnapshot(deployment, first);
  expect(await readFile(await exported(deployment))).toEqual(await readFile(first));
});

test("whatever functions have stored is read by functions of a deployment that the export was loaded into", async () => {
  const admin = { admin: true };
  const loans = async (deployment: EmbeddedDeployment) => await deployment.call("query", "library:loans", {}, admin);
  await fc.assert(
    fc.asyncProperty(fc.array(anyValue, { minLength: 1, maxLength: 20 }), async (notes) => {
      const deployment = await emptyLibrary();
      const args = convexToJson({ notes });
      expect(await deployment.call("mutation", "library:addLoans", args, admin)).toMatchObject({ status: "success" });
      const other = await emptyLibrary();
      await loadSnapshot(other, await exported(deployment));
      const stored = await loans(deployment);
      expect(stored).toMatchObject({ status: "success", value: { length: notes.length } });
      expect(await loans(other)).toEqual(stored);
    }),
    { numRuns: 25 },
  );
});
