/** The key, while a command runs as a process and when it has ended: in nothing that it prints, writes, or shows of itself. */
import { spawn } from "node:child_process";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import { plain } from "../../pipeline/terminal/paint.js";
import { errorEvent, renderError } from "../../pipeline/terminal/renderError.js";
import { quietEdge } from "../laws/quietEdge.js";
import { aFolder } from "./command.js";
import { adminKey, aServedWorld } from "./served.js";

const secret = adminKey.split("|")[1] ?? "";

interface Ended {
  readonly code: number | null;
  readonly printed: string;
}

/** Starts the command from its sources. */
function start(args: readonly string[], environment: object, cwd: string) {
  const cli = fileURLToPath(new URL("../../pipeline/cli.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), cli, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: Buffer) => {
      printed += text.toString();
    });
  const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, printed })));
  return { child, ended };
}

/** Every file below a folder, with its text. */
async function filesIn(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return await Promise.all(files.map(async (file): Promise<[string, string]> => [file, await readFile(file, "utf8")]));
}

it("the key, from a file and from the environment, is seen nowhere", async () => {
  const folder = await aFolder();
  const served = await aServedWorld();
  await served.climb("phase-5");
  const keyFile = join(await aFolder(), "key");
  await writeFile(keyFile, `${adminKey}\n`, { mode: 0o600 });
  const options = ["--json", "--url", served.url, "--out", "out"];

  // While the deployment works on a page, other users of the machine look at the process; then it is killed.
  const call = served.deployment.call.bind(served.deployment);
  let arguments_ = "";
  let pages = 0;
  const slowly = ["abort", "5", "--yes", "--documents", "1", "--key-file", keyFile, ...options];
  const aborting = start(slowly, { CONVEX_DEPLOY_KEY: "other|key" }, folder);
  served.deployment.call = async (kind, path, ...rest) => {
    if (path === "unnest:abortPage" && ++pages === 4) {
      arguments_ = await readFile(`/proc/${aborting.child.pid}/cmdline`, "utf8");
      aborting.child.kill("SIGKILL");
    }
    return await call(kind, path, ...rest);
  };
  const killed = await aborting.ended;
  expect(arguments_).toContain("abort");
  expect(arguments_).not.toContain(secret);
  expect(killed).toMatchObject({ code: null });
  expect(killed.printed).not.toContain(secret);
  const files = await filesIn(folder);
  expect(files.map(([file]) => file.replace(/.*\//, "")).sort()).toEqual([
    "phase-5-abort.json",
    "phase-5-epoch-1-embedded-1-values.jsonl",
  ]);
  for (const [file, text] of files) {
    expect(text).not.toContain(secret);
    expect((await stat(file)).mode & 0o077).toBe(0);
  }

  // And it goes on where it was killed.
  served.deployment.call = call;
  const resumed = await start(["abort", "5", "--yes", ...options], { CONVEX_DEPLOY_KEY: adminKey }, folder).ended;
  expect(resumed.code).toBe(0);
  expect(resumed.printed).not.toContain(secret);
  expect(JSON.parse(resumed.printed.trim().split("\n").at(-1) ?? "")).toMatchObject({
    walked: { resumed: true, left: 0 },
  });
  expect(await served.all("bookmarkTags")).toEqual([]);
});

it.each([
  ["status", `--admin-key=${adminKey}`],
  ["status", "--key-file", adminKey],
  ["status", "--url", `https://${adminKey}@a.example`],
  [adminKey],
])("a key where none belongs is not repeated: %s %s", async (...args) => {
  const { failure } = await runProgram(args, quietEdge());
  expect(failure?.exit).toBe(2);
  if (failure !== null) expect(renderError(failure, plain) + errorEvent(failure)).not.toContain(secret);
});
