/** Run directories that a run must not go on with; whatever stands there stays as it is. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import type { UnnestError } from "../../pipeline/errors.js";
import { takeLock } from "../../pipeline/run/lock.js";
import { quietEdge } from "../laws/quietEdge.js";
import { exportFiles, idOf, paths, user, writeFolder } from "./exportFiles.js";
import { testFolder } from "./refusal.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-directories-"));
  await writeFolder(join(folder, "export"), exportFiles());
  await writeFolder(join(folder, "other"), exportFiles({ [paths.users]: `${user(idOf(3))}\n` }));
  expect(await run("export", join(folder, "run"))).toBeNull();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(snapshot: string, out: string): Promise<UnnestError | null> {
  const args = ["run", join(folder, snapshot), "--out", out, "--quiet", "--threads", "1"];
  return (await runProgram(args, quietEdge())).failure;
}

/** A copy of the finished run. */
async function copyOfRun(): Promise<string> {
  const copy = join(await testFolder(), "run");
  await cp(join(folder, "run"), copy, { recursive: true });
  return copy;
}

async function filesIn(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await readFile(file, "latin1")])));
}

async function expectRefused(out: string, snapshot: string, refusal: object): Promise<void> {
  const before = await filesIn(out);
  expect(await run(snapshot, out)).toMatchObject(refusal);
  expect(Object.keys(await filesIn(out)).sort()).toEqual(Object.keys(before).sort());
  expect(await filesIn(out)).toEqual(before);
}

test("of another snapshot", async () => {
  await expectRefused(await copyOfRun(), "other", { code: "RUN_DIRECTORY_OF_ANOTHER_SNAPSHOT", exit: 3 });
});

test.each([
  ["by a newer version", "RUN_DIRECTORY_NEWER", { tool: "99.0.0" }],
  ["in a newer form", "RUN_DIRECTORY_NEWER", { format: 99 }],
  ["by an older version", "RUN_DIRECTORY_OLDER", { tool: "0.0.1" }],
  ["in an older form", "RUN_DIRECTORY_OLDER", { format: 0 }],
  ["by nobody knows whom", "RUN_DIRECTORY_DAMAGED", { tool: undefined }],
])("written %s", async (_by, code, change) => {
  const out = await copyOfRun();
  const record = join(out, "run.json");
  await writeFile(record, JSON.stringify({ ...JSON.parse(await readFile(record, "utf8")), ...change }));
  await expectRefused(out, "export", { code, exit: 3, place: { file: record } });
});

test.each([
  ["run.json", ""],
  ["run.json", "{"],
  ["work.duckdb", "no database ".repeat(2000)],
])("whose %s is damaged", async (name, text) => {
  const out = await copyOfRun();
  await writeFile(join(out, name), text);
  await expectRefused(out, "export", { code: "RUN_DIRECTORY_DAMAGED", exit: 3, place: { file: join(out, name) } });
});

test("that another command works on", async () => {
  const out = await copyOfRun();
  const unlock = await takeLock(join(out, ".lock"));
  await expectRefused(out, "export", { code: "RUN_DIRECTORY_BUSY", exit: 3 });
  await unlock();
  expect(await run("export", out)).toBeNull();
});

test("that holds somebody's files", async () => {
  const out = await testFolder();
  await writeFile(join(out, "letter.txt"), "dear");
  await expectRefused(out, "export", { code: "NOT_A_RUN_DIRECTORY", exit: 2 });
});

test.each([
  ["was deleted", async (file: string) => await rm(file)],
  ["is cut off", async (file: string) => await writeFile(file, "{")],
])("whose report.json %s: the command that makes it again is named, and makes it", async (_what, spoil) => {
  const out = await copyOfRun();
  const file = join(out, "report.json");
  await spoil(file);
  const { failure } = await runProgram(["report", "--out", out], quietEdge());
  expect(failure).toMatchObject({ code: "RUN_INCOMPLETE", exit: 2, place: { file, snapshot: "export" } });
  expect(failure?.remedy).toContain("unnest run <snapshot>");
  await rm(file, { force: true });
  expect(await run("export", out)).toBeNull();
  expect((await runProgram(["report", "--out", out], quietEdge())).failure).toBeNull();
});
