/**
 * What each analytic takes over a generated run: the whole of `unnest query --name` but the start of the process, medians.
 *
 * tsx test/bench/analytics.ts [--messages 100000] [--mean-bytes 2500] [--rounds 5] [--threads 2] [--run <directory of a run there is>]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { type Analytic, analytics } from "../../pipeline/query/analytic.js";
import { ask } from "../../pipeline/query/ask.js";
import { readParameters } from "../../pipeline/query/parameters.js";
import { createViews } from "../../pipeline/query/views.js";
import { openRun } from "../../pipeline/run/openRun.js";
import { median, option, say } from "./medians.js";
import { generate, runInto } from "./subjects.js";

const messages = option("messages", "100000");
const rounds = Number(option("rounds", "5"));
const threads = Number(option("threads", "2"));
const given = option("run", "");

const folder = mkdtempSync(join(tmpdir(), "unnest-bench-"));
try {
  const root = given === "" ? join(folder, "run") : given;
  if (given === "") {
    await generate(join(folder, "snapshot.zip"), "--messages", messages, "--mean-bytes", option("mean-bytes", "2500"));
    await runInto(root, join(folder, "snapshot.zip"), threads);
  }
  const times: [name: string, seconds: number][] = [];
  for (const analytic of analytics()) {
    const measured: number[] = [];
    for (let round = 0; round < rounds; round += 1) measured.push(await secondsOf(analytic, root));
    times.push([analytic.name, median(measured)]);
  }
  for (const [name, seconds] of times.sort(([, left], [, right]) => right - left))
    say(`${name.padEnd(24)} ${seconds.toFixed(3)} s`);
  const slow = times.filter(([, seconds]) => seconds >= 1).length;
  say(`${times.length} analytics, ${slow} of them take a second or more (goal: none)`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function secondsOf(analytic: Analytic, root: string): Promise<number> {
  const start = performance.now();
  const run = await openRun({ root, stage: "transform", threads, memoryLimit: 2 ** 30 });
  try {
    await createViews(run.database, loadModel());
    await run.database.seal();
    const question = { sql: analytic.sql, parameters: readParameters(analytic, []) };
    const limits = { timeout: 600_000, signal: new AbortController().signal };
    const { batches } = await ask(run.database, question, limits);
    for await (const rows of batches) rows.length;
    return (performance.now() - start) / 1000;
  } finally {
    await run.close();
  }
}
