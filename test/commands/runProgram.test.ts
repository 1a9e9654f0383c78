import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Outcome } from "../../pipeline/commands/edge.js";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import type { Report } from "../../pipeline/report/report.js";
import { stages } from "../../pipeline/stages.js";
import { quietEdge } from "../laws/quietEdge.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-program-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const edge = quietEdge();

/** Arguments as typed, with `@` for the test's folder. */
const unnest = (line: string): Promise<Outcome> =>
  runProgram(
    line.split(" ").map((word) => word.replace("@", folder)),
    edge,
  );

describe("wrong usage is exit code 2", () => {
  it.each([
    ["unknown", "Unknown command 'unknown'."],
    ["runn x", "Unknown command 'runn' (Did you mean run?)"],
    ["run", "Missing required argument 'snapshot'."],
    ["run a b", "Too many arguments for 'run'. Expected 1 argument but got 2."],
    ["run a --bogus", "Unknown option '--bogus'."],
    ["run a --threads", "Option '--threads <number>' argument missing."],
    ["run a --threads 0", '--threads must be a whole number from 1 to 256, not "0".'],
    ["run a --memory-limit lots", '--memory-limit must be a size like 4GiB or 512MB, at least 64MiB, not "lots".'],
    ["run a --with wings", '--with knows memories, not "wings".'],
    ["generate --messages many", '--messages must be a whole number from 1 to 100000000, not "many".'],
  ])("unnest %s", async (line, message) => {
    expect(await unnest(line)).toMatchObject({ output: "", failure: { code: "USAGE", exit: 2, message } });
  });

  it("unnest alone shows the help as well", async () => {
    const { output, failure } = await runProgram([], edge);
    expect(failure).toMatchObject({ code: "USAGE", exit: 2 });
    expect(output).toContain("Usage: unnest");
  });

  it.each([
    ["check --out @", "RUN_DIRECTORY_MISSING"],
    ["trace jd7060r30c1g60r30c1g60r30c1g648w --out @/none", "RUN_DIRECTORY_MISSING"],
  ])("unnest %s", async (line, code) => {
    expect((await unnest(line)).failure).toMatchObject({ code, exit: 2 });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("help is exit code 0", () => {
  it("names every command", async () => {
    const { output, failure } = await unnest("--help");
    expect(failure).toBeNull();
    for (const command of ["inspect", "run", "check", "trace", "generate"]) expect(output).toContain(`\n  ${command} `);
  });

  it("of run names every stage", async () => {
    const { output } = await unnest("run --help");
    for (const { name, title } of stages) expect(output).toMatch(new RegExp(`${name} +${title.slice(0, 20)}`));
  });

  it("shows the version", async () => {
    expect(await unnest("--version")).toMatchObject({
      output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      failure: null,
    });
  });
});

it("check --list names each check with rule and severity, without a run", async () => {
  const { output, failure } = await unnest("check --list --json");
  const listed = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(failure).toBeNull();
  expect(listed.length).toBeGreaterThan(10);
  for (const check of listed) {
    expect(check).toEqual({
      name: expect.any(String),
      severity: expect.stringMatching(/^(error|source)$/),
      rule: expect.stringMatching(/\.$/),
      why: expect.stringMatching(/\.$/),
      remedy: expect.stringMatching(/\.$/),
    });
  }
});

describe("the way through", () => {
  it("generate, inspect, run, check, trace", async () => {
    expect((await unnest("generate --messages 300 --seed 7 --folder --out @/snapshot")).failure).toBeNull();

    const inspected = await unnest("inspect @/snapshot --json");
    expect(JSON.parse(inspected.output).tables.length).toBeGreaterThan(10);

    const ran = await unnest("run @/snapshot --out @/out --threads 2 --json");
    expect(ran.failure).toBeNull();
    const { report } = JSON.parse(ran.output) as { report: Report };
    expect(report.stages.map(({ name, status }) => `${name} ${status}`)).toEqual(
      stages.map(({ name }) => `${name} done`),
    );
    expect(JSON.parse(await readFile(join(folder, "out/report.json"), "utf8"))).toEqual(report);
    expect((await readdir(join(folder, "out"))).sort()).toEqual([
      "ledger.jsonl",
      "package",
      "report.html",
      "report.json",
      "run.json",
      "work.duckdb",
    ]);

    const again = await unnest("run @/snapshot --out @/out");
    expect(again).toMatchObject({ failure: null, output: expect.stringContaining("What came in") });

    const checked = await unnest("check --out @/out --only accounting --json");
    expect(checked.failure).toBeNull();
    expect(JSON.parse(checked.output)).toMatchObject({ name: "accounting", status: "passed", violations: 0 });
    expect((await unnest("check --out @/out --only nonsense")).failure).toMatchObject({
      code: "UNKNOWN_CHECK",
      exit: 2,
    });

    const entry = JSON.parse((await readFile(join(folder, "out/ledger.jsonl"), "utf8")).split("\n")[0] ?? "");
    const traced = JSON.parse((await unnest(`trace ${entry.documentId} --out @/out --json`)).output);
    expect(traced).toMatchObject({ table: entry.table, ledger: { count: expect.any(Number) } });
    const lines = (await readFile(join(folder, "snapshot", traced.source.entry), "utf8")).split("\n");
    expect(lines[traced.source.line - 1]).toContain(`"_id":"${entry.documentId}"`);
    expect((await readdir(join(folder, "out"))).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("ends with exit code 3 and leaves nothing for a snapshot that is none", async () => {
    await writeFile(join(folder, "snapshot.zip"), "no archive");
    expect((await unnest("run @/snapshot.zip --out @/out")).failure).toMatchObject({ code: "NOT_A_ZIP", exit: 3 });
    expect(await readdir(folder)).toEqual(["snapshot.zip"]);
  });
});
