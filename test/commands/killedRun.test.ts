/** The real stages: a run that is killed in the middle of one and started again ends like an undisturbed one, byte for byte. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";
import type { Report } from "../../pipeline/report/report.js";
import { stages } from "../../pipeline/stages.js";

let folder: string;
let undisturbed: unknown;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-killed-"));
  await generateSnapshot({ messages: 400, seed: 3, embeddings: false, path: join(folder, "snapshot.zip") });
  expect(await run("undisturbed")).toBe(0);
  undisturbed = await made("undisturbed");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs on directory `out`; kills the process when it says that it starts `victim`. Gives the signal or exit code it ended with. */
function run(out: string, victim?: string): Promise<string | number | null> {
  const cli = fileURLToPath(new URL("../../pipeline/cli.ts", import.meta.url));
  const args = ["--import", import.meta.resolve("tsx"), cli, "run", "snapshot.zip", "--out", out, "--json"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { event, label } = JSON.parse(line);
    if (event === "start" && label === victim) child.kill("SIGKILL");
  });
  return new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code)));
}

/** What a run has made, without times and memory. */
async function made(out: string): Promise<unknown> {
  const root = join(folder, out);
  const read = (file: string): Promise<string> => readFile(join(root, file), "base64");
  const report = JSON.parse(await readFile(join(root, "report.json"), "utf8")) as Report;
  return {
    files: (await readdir(root, { recursive: true })).sort(),
    package: await read("package/snapshot.zip"),
    patches: await read("package/patches.jsonl"),
    ledger: await read("ledger.jsonl"),
    report: { ...report, stages: report.stages.map(({ name, status, rows }) => ({ name, status, rows })) },
  };
}

it.each(stages.map(({ name }) => name))("killed in %s", async (victim) => {
  expect(await run(victim, victim)).toBe("SIGKILL");
  expect(await run(victim)).toBe(0);
  expect(await made(victim)).toEqual(undisturbed);
});
