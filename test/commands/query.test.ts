/** `unnest query` on a run of its own: what stands where on standard output, errors, and what is left behind. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import type { UnnestError } from "../../pipeline/errors.js";
import { quietEdge } from "../laws/quietEdge.js";
import { joined } from "../query/sealed.js";

let folder: string;
let left: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-query-"));
  const snapshot = join(folder, "snapshot.zip");
  await generateSnapshot({ messages: 200, seed: 1, embeddings: false, path: snapshot });
  const { failure } = await runProgram(["run", snapshot, "--out", join(folder, "run"), "--threads", "1"], quietEdge());
  expect(failure).toBeNull();
  left = await readdir(join(folder, "run"));
});
afterEach(async () => {
  expect(await readdir(join(folder, "run"))).toEqual(left);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the command writes in the end, and the failure it ends with, as cli.ts would find them. */
async function query(...args: string[]): Promise<{ output: Buffer; failure: UnnestError | null }> {
  const words = ["query", ...args, "--out", join(folder, "run"), "--threads", "1"];
  const { output, pieces, failure } = await runProgram(words, quietEdge());
  if (pieces === undefined) return { output: Buffer.from(output), failure };
  return joined(pieces).then(
    (all) => ({ output: Buffer.concat([Buffer.from(output), all]), failure }),
    (error: UnnestError) => ({ output: Buffer.alloc(0), failure: error }),
  );
}

const text = async (...args: string[]): Promise<string> => (await query(...args)).output.toString();

it("answers SQL in each format", async () => {
  const sql = "SELECT count(*) AS messages FROM legacy.messages";
  expect(await text(sql)).toBe("  messages\n       200\n  1 row\n");
  expect(await text(sql, "--format", "csv")).toBe("messages\n200\n");
  expect(await text(sql, "--format", "json")).toBe('{"messages":200}\n');
  expect(await text(sql, "--json")).toBe('{"messages":200}\n');
  const { output } = await query(sql, "--format", "arrow");
  expect(tableFromIPC(output).get(0)?.toJSON()).toEqual({ messages: 200n });
});

it("several ask at once", async () => {
  const sql = "SELECT sum(i) AS sum FROM range(1000000) AS t(i)";
  const answers = await Promise.all([1, 2, 3].map(() => text(sql, "--format", "csv")));
  expect(answers).toEqual(Array(3).fill("sum\n499999500000\n"));
});

it("answers an analytic with parameters", async () => {
  const lines = (await text("--name", "usageByUser", "--param", "rows=2", "--format", "csv")).trimEnd().split("\n");
  expect(lines[0]).toBe("userId,name,answers,models,totalTokens,cost,costShare");
  expect(lines).toHaveLength(3);
});

it("lists the analytics, and describes one", async () => {
  expect(await text("--list")).toContain("Which models answered, with how many tokens and at what cost?");
  const listed = (await text("--list", "--json")).trimEnd().split("\n");
  expect(listed.length).toBeGreaterThanOrEqual(25);
  const [described] = (await text("--list", "--name", "tagTrend", "--json")).trimEnd().split("\n");
  expect(JSON.parse(described ?? "")).toMatchObject({
    name: "tagTrend",
    parameters: [{ name: "user" }, { name: "tag" }],
  });
  expect(await text("--list", "--name", "tagTrend")).toContain("FROM tagLinks");
});

it("the views know what the rules know", async () => {
  expect(await text("SELECT value FROM preferenceDefaults WHERE key = 'ttsSpeed'", "--format", "csv")).toBe(
    "value\n1.0\n",
  );
});

describe("wrong usage", () => {
  it.each([
    [[], "USAGE"],
    [["SELECT 1", "--name", "tagUse"], "USAGE"],
    [["SELECT 1", "--list"], "USAGE"],
    [["SELECT 1", "--param", "user=x"], "USAGE"],
    [["SELECT 1", "--json", "--format", "csv"], "USAGE"],
    [["SELECT 1", "--format", "xml"], "USAGE"],
    [["SELECT 1", "--rows", "0"], "USAGE"],
    [["SELECT 1", "--timeout", "soon"], "USAGE"],
    [["--name", "tagUses"], "UNKNOWN_ANALYTIC"],
    [["--list", "--name", "tagUses"], "UNKNOWN_ANALYTIC"],
    [["--name", "tagUse", "--param", "rows=many"], "QUERY_PARAMETER"],
    [["SELEC 1"], "QUERY_INVALID"],
    [["DROP SCHEMA normal CASCADE"], "QUERY_NOT_ALLOWED"],
  ])("%j", async (args, code) => {
    expect((await query(...args)).failure).toMatchObject({ code, exit: 2 });
  });

  it("a directory without a run", async () => {
    const { pieces } = await runProgram(["query", "SELECT 1", "--out", folder], quietEdge());
    await expect(joined(pieces ?? [])).rejects.toMatchObject({ code: "RUN_DIRECTORY_MISSING", exit: 2 });
  });
});

describe("the process", () => {
  const unnest = (...args: string[]) => {
    const cli = fileURLToPath(new URL("../../pipeline/cli.ts", import.meta.url));
    const words = ["--import", import.meta.resolve("tsx"), cli, "query", ...args, "--out", join(folder, "run")];
    return spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  };
  const ended = (child: ReturnType<typeof unnest>) =>
    new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));

  it("ends quietly when its reader has seen enough, and leaves nothing", async () => {
    const child = unnest("SELECT i, repeat('x', 100) AS x FROM range(100000000) AS t(i)", "--format", "csv");
    let errors = "";
    child.stderr.on("data", (piece) => {
      errors += piece;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await ended(child)).toBe(0);
    expect(errors).toBe("");
  });

  it("tells on standard error what went wrong when a part of the answer is out", async () => {
    const child = unnest(
      "SELECT (CASE WHEN i > 900000 THEN 'late' ELSE '1' END)::INTEGER FROM range(1000000) AS t(i)",
      "--format",
      "csv",
    );
    let errors = "";
    child.stderr.on("data", (piece) => {
      errors += piece;
    });
    child.stdout.resume();
    expect(await ended(child)).toBe(2);
    expect(errors).toContain("[QUERY_FAILED]");
    expect(errors).not.toContain("late");
  });

  it("stops at Ctrl-C with exit code 130", async () => {
    const child = unnest("SELECT i FROM range(100000000) AS t(i)", "--format", "csv");
    child.stdout.once("data", () => child.kill("SIGINT"));
    child.stdout.resume();
    child.stderr.resume();
    expect(await ended(child)).toBe(130);
  });
});
