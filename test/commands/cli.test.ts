/** The process itself: exit codes, which stream gets what, Ctrl-C, and who may read the files. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-cli-"));
  await generateSnapshot({ messages: 200, seed: 1, embeddings: false, path: join(folder, "snapshot.zip") });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command from its sources; `onOutput` sees the process whenever it prints. `before` is JavaScript that it starts with. */
function unnest(
  args: readonly string[],
  onOutput: (kill: (signal: NodeJS.Signals) => void, text: string) => void = () => {},
  before = "",
): Promise<Ended> {
  const cli = fileURLToPath(new URL("../../pipeline/cli.ts", import.meta.url));
  const imports = [import.meta.resolve("tsx"), `data:text/javascript,${encodeURIComponent(before)}`];
  const flags = imports.flatMap((each) => ["--import", each]);
  const child = spawn(process.execPath, [...flags, cli, ...args], { cwd: folder });
  let [stdout, stderr] = ["", ""];
  const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
  child.stdout.on("data", (text: Buffer) => {
    stdout += text;
    onOutput(kill, stdout);
  });
  child.stderr.on("data", (text: Buffer) => {
    stderr += text;
    onOutput(kill, stderr);
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

it("prints errors on standard error, in one paragraph, and exits with the code's own", async () => {
  const { code, stdout, stderr } = await unnest(["run", "missing\u001b[31m.zip"]);
  expect(code).toBe(3);
  expect(stdout).toBe("");
  expect(stderr).toMatch(
    /error .*\[SNAPSHOT_NOT_FOUND\]\n {2}where: file .*missing\ufffd\[31m\.zip\n {2}what to do: .*\n$/,
  );
});

it("prints errors as an event too with --json", async () => {
  const { code, stdout } = await unnest(["run", "missing.zip", "--json"]);
  expect(code).toBe(3);
  expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
    event: "error",
    code: "SNAPSHOT_NOT_FOUND",
  });
});

it("writes files for their owner only, and progress beside the result", async () => {
  const { code, stdout, stderr } = await unnest(["run", "snapshot.zip", "--out", "mine"]);
  expect(code).toBe(0);
  expect(stdout).toContain("What came in");
  expect(stderr).toMatch(/^load +[\d,]+ rows/m);
  const files = await readdir(join(folder, "mine"), { recursive: true });
  for (const file of ["", ...files]) {
    expect((await stat(join(folder, "mine", file))).mode & 0o077, file).toBe(0);
  }
});

it("prints one JSON value a line with --json, the report last", async () => {
  const { code, stdout } = await unnest(["run", "snapshot.zip", "--out", "events", "--json"]);
  expect(code).toBe(0);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).event);
  expect(events.filter((event) => event === "stage")).toHaveLength(5);
  expect(events.at(-1)).toBe("report");
});

it("prints nothing with --quiet", async () => {
  expect(await unnest(["run", "snapshot.zip", "--out", "quiet", "--quiet"])).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
});

it("stops on Ctrl-C with exit code 130, and goes on when it is started again", async () => {
  let pressed = false;
  const stopped = await unnest(["run", "snapshot.zip", "--out", "stopped"], (kill, text) => {
    if (pressed || !/^load +[\d,]+ rows/m.test(text)) return;
    pressed = true;
    kill("SIGINT");
  });
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain("[INTERRUPTED]");
  const again = await unnest(["run", "snapshot.zip", "--out", "stopped"]);
  expect(again.code).toBe(0);
  expect(again.stderr).toMatch(/^load .* done before$/m);
});

it("says so when it stops for what never comes, and lets go of the run directory", async () => {
  const never = `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const { stat } = fs.promises;
    fs.promises.stat = (path) => path.endsWith("snapshot.zip") ? new Promise(() => {}) : stat(path);
    syncBuiltinESMExports();`;
  const { code, stderr } = await unnest(["run", "snapshot.zip", "--out", "unsettled"], () => {}, never);
  expect(code).toBe(1);
  expect(stderr).toContain("[INTERNAL]");
  expect(await readdir(join(folder, "unsettled"))).toEqual(["run.json", "work.duckdb"]);
  expect((await unnest(["run", "snapshot.zip", "--out", "unsettled"])).code).toBe(0);
});

it("does with 256 file descriptors", async () => {
  const cli = fileURLToPath(new URL("../../pipeline/cli.ts", import.meta.url));
  const limited = (files: number): Promise<Ended> => {
    const command = `ulimit -n ${files}; exec "$0" --import "$1" "$2" inspect snapshot.zip --quiet`;
    const child = spawn("/bin/sh", ["-c", command, process.execPath, import.meta.resolve("tsx"), cli], { cwd: folder });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text: Buffer) => (stdout += text));
    child.stderr.on("data", (text: Buffer) => (stderr += text));
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
  };
  expect((await limited(256)).code).toBe(0);
});
