/** The package of a whole run, imported as an operator would into the deployment that its snapshot came from. */
import { hash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { transitionalSchema } from "../../../convex/schema/transitionalSchema.js";
import { generateSnapshot } from "../../../fixtures/generator/generateSnapshot.js";
import { hash32 } from "../../../fixtures/generator/random.js";
import { runProgram } from "../../../pipeline/commands/runProgram.js";
import { openArchive } from "../../../pipeline/convexFormat/archive.js";
import { exportSnapshot } from "../../../pipeline/embedded/archive/exportSnapshot.js";
import { importSnapshot } from "../../../pipeline/embedded/archive/importSnapshot.js";
import { loadSnapshot } from "../../../pipeline/embedded/archive/loadSnapshot.js";
import { EmbeddedDeployment } from "../../../pipeline/embedded/embeddedDeployment.js";
import { quietEdge } from "../../laws/quietEdge.js";

let folder = "";
/** Of the application when the new schema was just deployed: its tables have numbers. */
let snapshot = "";
let packaged = "";

async function deploymentOf(path: string): Promise<EmbeddedDeployment> {
  let drawn = 0;
  const random = (): number => hash32(7, drawn++, 0) / 2 ** 32;
  const deployment = await EmbeddedDeployment.create({ schema: transitionalSchema, modules: {}, random });
  await loadSnapshot(deployment, path, { offenders: "keep" });
  return deployment;
}

async function run(path: string, out: string): Promise<void> {
  const { failure } = await runProgram(["run", path, "--out", out, "--quiet", "--threads", "1"], quietEdge());
  expect(failure).toBeNull();
}

/** By table: lines of documents.jsonl and their checksum. */
async function textsOf(path: string): Promise<Map<string, string>> {
  const archive = await openArchive(path);
  try {
    const texts = new Map<string, string>();
    for (const table of archive.tables) {
      const text = await buffer(await table.open());
      texts.set(table.name, `${text.toString("latin1").split("\n").length - 1} lines ${hash("sha256", text, "hex")}`);
    }
    return texts;
  } finally {
    await archive.close();
  }
}

async function exportedTexts(deployment: EmbeddedDeployment, name: string): Promise<Map<string, string>> {
  const path = join(folder, name);
  await exportSnapshot(deployment, path);
  return await textsOf(path);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-package-"));
  const generated = join(folder, "generated.zip");
  await generateSnapshot({ messages: 150, seed: 3, embeddings: false, path: generated });
  snapshot = join(folder, "snapshot.zip");
  await exportSnapshot(await deploymentOf(generated), snapshot);
  await run(snapshot, join(folder, "run"));
  packaged = join(folder, "run/package/snapshot.zip");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("appended, it stands in the next export row for row, and the next run finds nothing more to package", async () => {
  const deployment = await deploymentOf(snapshot);
  const { documents } = await importSnapshot(deployment, packaged, "append");
  expect(documents).toBeGreaterThan(200);
  const rows = await textsOf(packaged);
  const after = await exportedTexts(deployment, "appended.zip");
  for (const [table, text] of await textsOf(snapshot))
    expect([table, after.get(table)]).toEqual([table, rows.get(table) ?? text]);
  expect([...rows.keys()].filter((table) => !after.has(table))).toEqual([]);

  await run(join(folder, "appended.zip"), join(folder, "later"));
  for (const text of (await textsOf(join(folder, "later/package/snapshot.zip"))).values())
    expect(text).toMatch(/^0 lines/);
});

test("with replace it empties the tables that it lists, and puts its own rows in", async () => {
  const deployment = await deploymentOf(snapshot);
  await importSnapshot(deployment, packaged, "append");
  const tags = deployment.store.table("tags");
  const [stray] = [...(tags?.inIdOrder() ?? [])].slice(0, 1);
  if (tags === undefined || stray === undefined) throw new Error("the package has tags");
  const id = deployment.newDocuments.id(tags.number);
  deployment.store.load(tags, [{ ...stray, id, json: stray.json.replace(stray.id, id) }]);
  await importSnapshot(deployment, packaged, "replace");
  const after = await exportedTexts(deployment, "replaced.zip");
  for (const [table, text] of await textsOf(packaged)) expect([table, after.get(table)]).toEqual([table, text]);
});

test("a deployment that its snapshot does not come from refuses it", async () => {
  const deployment = await EmbeddedDeployment.create({ schema: transitionalSchema, modules: {}, random: () => 0.5 });
  const refused = await importSnapshot(deployment, packaged, "append").catch((error: unknown) => error);
  expect(refused).toMatchObject({ reason: "SchemaEnforcementError" });
});
