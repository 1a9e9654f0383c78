/** Whole rehearsals by the built command: in a deployment of its own process, and in one that it reaches from outside. */
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";
import { readRehearsal } from "../../pipeline/rehearse/readRehearsal.js";
import type { RehearsalReport } from "../../pipeline/rehearse/rehearsalReport.js";
import { BuiltCommand } from "../lives/builtCommand.js";
import { rehearseElsewhere } from "./elsewhere.js";

let folder: string;
let command: BuiltCommand;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-rehearsal-"));
  command = await BuiltCommand.build(folder);
});
afterAll(async () => await rm(folder, { recursive: true }));

async function snapshotOf(messages: number): Promise<string> {
  const path = join(folder, `${messages}.zip`);
  await generateSnapshot({ messages, seed: 3, embeddings: false, meanBytes: 1200, path });
  return path;
}

function figureOf({ steps }: RehearsalReport, step: string, name: string): number {
  return steps.find((one) => one.name === step)?.figures.find((figure) => figure.name === name)?.value ?? Number.NaN;
}

const failedChecks = ({ steps }: RehearsalReport) =>
  steps.flatMap(({ checks }) =>
    checks.filter(({ failed }) => failed > 0).map(({ name, findings }) => [name, findings]),
  );

test("1,000 messages under heavy traffic and faults: nothing drifts, everything comes back", async () => {
  const out = join(folder, "rehearsal");
  const how = ["--seed", "5", "--traffic", "heavy", "--faults", "heavy"];
  const { code } = await command.run(["rehearse", await snapshotOf(1000), "--out", out, ...how]);
  const report = await readRehearsal(out);

  expect(failedChecks(report)).toEqual([]);
  expect(report.failure).toBeNull();
  expect(code).toBe(0);
  expect(report.steps.map(({ status }) => status)).toEqual(report.steps.map(() => "passed"));
  for (const check of report.steps.flatMap(({ checks }) => checks)) expect(check.looked, check.name).toBeGreaterThan(0);

  const changed = figureOf(report, "import", "share of the snapshot's documents changed while the import ran");
  expect(changed).toBeGreaterThanOrEqual(0.05);
  expect(figureOf(report, "import", "importer killed")).toBeGreaterThanOrEqual(1);
  // Writes past the wrapper are what a delta is for; a rehearsal without any would prove nothing about it.
  expect(figureOf(report, "delta", "drift: parts missing")).toBeGreaterThan(0);
  const refused = report.actions.reduce((sum, action) => sum + action.refused, 0);
  expect(refused).toBeGreaterThan(0);

  // What is left is its owner's alone, and holds nobody's key.
  const left = [".rehearsal", "rehearsal.html", "rehearsal.json", "rehearsal.txt"];
  expect((await readdir(out)).sort()).toEqual(left);
  for (const name of left) {
    expect((await stat(join(out, name))).mode & 0o077).toBe(0);
    expect(await readFile(join(out, name), "utf8")).not.toContain("rehearsal|");
  }
});

test("a deployment elsewhere goes the same way, without faults and without a copy to abort on", async () => {
  const out = join(folder, "elsewhere");
  const report = await rehearseElsewhere({ snapshot: await snapshotOf(150), out, cli: command.cli });
  expect(failedChecks(report)).toEqual([]);
  expect(report).toMatchObject({ verdict: "passed", deployment: "remote", faults: "off" });
  expect(report.steps.filter(({ status }) => status === "skipped").map(({ name }) => name)).toEqual(["abort"]);
  expect(report.actions.length).toBeGreaterThan(0);
});

test("what no rehearsal left is not emptied, and production is not rehearsed in", async () => {
  const snapshot = join(folder, "1000.zip");
  expect(await command.run(["rehearse", snapshot, "--out", folder])).toMatchObject({
    code: 2,
    error: "NOT_A_REHEARSAL",
  });
  const key = { CONVEX_DEPLOY_KEY: `prod:happy-animal-1|${"a".repeat(40)}` };
  const url = ["--url", "https://happy-animal-1.convex.cloud", "--yes", "--confirm", "happy-animal-1"];
  const ended = await command.run(["rehearse", snapshot, "--out", join(folder, "production"), ...url], {
    environment: key,
  });
  expect(ended).toMatchObject({ code: 2, error: "REHEARSAL_ON_PRODUCTION" });
});
