/** Where an export goes: what it takes away, what it leaves alone, and who may read it. */
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseManifest } from "../../pipeline/export/manifest.js";
import { FinishedRun } from "./finishedRun.js";

let run: FinishedRun;
beforeAll(async () => {
  run = await FinishedRun.of({ messages: 60, seed: 1 });
});
afterAll(() => run.remove());

test("files belong to their owner, the manifest lists them, and nothing else is there", async () => {
  const folder = await run.export("postgres", "owned");
  const manifest = parseManifest(await readFile(join(folder, "export.json"), "utf8"));
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path !== "data").sort();
  expect(paths).toEqual(["export.json", ...(manifest?.files ?? []).map(({ path }) => path)].sort());
  for (const path of ["", "data", ...paths]) expect((await stat(join(folder, path))).mode & 0o077, path).toBe(0);
});

test("a new export takes the place of an old one, and of it alone", async () => {
  const folder = await run.export("csv", "again");
  await writeFile(join(folder, "mine.txt"), "mine");
  await run.export("parquet", "again", ["--tables", "tags", "--naming", "snake"]);
  expect((await readdir(folder)).sort()).toEqual(["export.json", "mine.txt", "tags.parquet"]);
});

test("a folder with other files is refused, and with --force they stay", async () => {
  const folder = join(run.folder, "foreign");
  await mkdir(folder);
  await writeFile(join(folder, "mine.txt"), "mine");
  const refused = await run.tryExport("csv", folder);
  expect(refused?.code).toBe("EXPORT_FOLDER_TAKEN");
  expect(refused?.place).toEqual({ file: folder, found: "mine.txt" });
  expect(await run.tryExport("csv", join(folder, "mine.txt"))).toMatchObject({ code: "EXPORT_FOLDER_TAKEN" });
  expect(await run.tryExport("csv", folder, ["--force", "--tables", "tags"])).toBeNull();
  expect((await readdir(folder)).sort()).toEqual(["export.json", "mine.txt", "tags.csv"]);
});

test("a manifest that was changed leads nowhere outside its folder", async () => {
  const folder = await run.export("csv", "changed", ["--tables", "tags"]);
  const outside = join(run.folder, "outside.txt");
  await writeFile(outside, "mine");
  const path = join(folder, "export.json");
  const manifest = JSON.parse(await readFile(path, "utf8"));
  manifest.files.push({ path: "../outside.txt", bytes: 4 }, { path: outside, bytes: 4 });
  await writeFile(path, JSON.stringify(manifest));
  await run.export("csv", "changed", ["--tables", "tags"]);
  expect(await readFile(outside, "utf8")).toBe("mine");
});

test("what fails leaves neither files nor a folder of halves", async () => {
  const folder = join(run.folder, "failed");
  await mkdir(join(folder, "tags.csv"), { recursive: true });
  expect(await run.tryExport("csv", folder, ["--force", "--tables", "tags"])).not.toBeNull();
  expect(await readdir(folder, { recursive: true })).toEqual(["tags.csv"]);
});

test("formats with foreign keys bring what a table refers to", async () => {
  const tablesOf = async (folder: string) =>
    parseManifest(await readFile(join(folder, "export.json"), "utf8"))?.tables.map(({ name }) => name);
  expect(await tablesOf(await run.export("csv", "one", ["--tables", "sources"]))).toEqual(["sources"]);
  expect(await tablesOf(await run.export("duckdb", "closed", ["--tables", "sources"]))).toEqual([
    "users",
    "conversations",
    "messages",
    "sourceMetadata",
    "sources",
  ]);
});

test("wrong options are refused by name", async () => {
  for (const args of [
    ["--naming", "kebab"],
    ["--tables", "nothing"],
  ]) {
    expect(await run.tryExport("csv", join(run.folder, "never"), args)).toMatchObject({ code: "USAGE" });
  }
  expect(await run.tryExport("xlsx", join(run.folder, "never"))).toMatchObject({ code: "USAGE" });
});
