/**
 * `npm run test:rehearsals`: whole rehearsals at 1,000, 10,000 and 100,000 messages, under faults, with at least 5 % of the documents changing
 * while the import runs. `UNNEST_MESSAGES=1000,10000` chooses sizes, `UNNEST_SEED` another seed. Ends with 1 unless all pass.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";
import { readRehearsal } from "../../pipeline/rehearse/readRehearsal.js";
import type { RehearsalReport } from "../../pipeline/rehearse/rehearsalReport.js";
import { formatFigure } from "../../pipeline/rehearse/renderRehearsal.js";
import { formatSeconds } from "../../pipeline/terminal/quantities.js";
import { BuiltCommand } from "../lives/builtCommand.js";

const sizes = (process.env.UNNEST_MESSAGES ?? "1000,10000,100000").split(",").map(Number);
const seed = Number(process.env.UNNEST_SEED ?? 7);
const leastChanged = 0.05;

/** What the table shows of each. */
const shown = [
  ["import", "share of the snapshot's documents changed while the import ran"],
  ["import", "importer killed"],
  ["import", "rows, in reality"],
  ["import", "peak memory of the importer"],
  ["delta", "drift: parts missing"],
  ["delta", "drift: parts stale"],
  ["delta", "drift: parts orphan"],
  ["delta", "rounds of delta until it was empty"],
] as const;

function figureOf({ steps }: RehearsalReport, step: string, name: string) {
  return steps.find((one) => one.name === step)?.figures.find((figure) => figure.name === name);
}

const folder = await mkdtemp(join(tmpdir(), "unnest-rehearsals-"));
try {
  const command = await BuiltCommand.build(folder);
  for (const messages of sizes) {
    const snapshot = join(folder, `${messages}.zip`);
    const out = join(folder, String(messages));
    await generateSnapshot({ messages, seed, embeddings: false, meanBytes: 1500, path: snapshot });
    const how = ["--seed", String(seed), "--traffic", "heavy", "--faults", "heavy"];
    await command.run(["rehearse", snapshot, "--out", out, ...how]);
    const report = await readRehearsal(out);
    const changed = figureOf(report, ...shown[0])?.value ?? 0;
    const passed = report.verdict === "passed" && changed >= leastChanged;
    const lines = shown.map(([step, name]) => {
      const figure = figureOf(report, step, name);
      return `  ${name}: ${figure === undefined ? "none" : formatFigure(figure)}`;
    });
    const why = report.failure === null ? "" : ` at ${report.failure.step}: ${report.failure.message}`;
    const head = `${messages} messages: ${passed ? "passed" : "failed"}${why} in ${formatSeconds(report.seconds)}`;
    process.stdout.write(`${[head, ...lines].join("\n")}\n`);
    if (!passed) process.exitCode = 1;
    await rm(out, { recursive: true });
    await rm(snapshot);
  }
} finally {
  await rm(folder, { recursive: true });
}
