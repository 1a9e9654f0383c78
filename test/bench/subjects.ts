/** What the benchmarks run, each in a process of its own, so that peak memory is its own too. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Output of a subject: a report is some hundred kilobytes. */
const maxBuffer = 64 << 20;

export interface Measured {
  /** Wall time of the work, in seconds; for `run` that of the whole process. */
  readonly seconds: number;
  readonly peakBytes: number;
}

export interface StageTimes extends Measured {
  readonly stages: Readonly<Record<string, number>>;
}

async function node(...words: readonly string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, [...words], { maxBuffer });
  return stdout;
}

/** `unnest generate`; `what` are its options. */
export async function generate(path: string, ...what: readonly string[]): Promise<void> {
  await node("dist/pipeline/cli.js", "generate", "--quiet", "--out", path, ...what);
}

/** `unnest run` into a directory that stays. */
export async function runInto(out: string, snapshot: string, threads: number): Promise<void> {
  await node("dist/pipeline/cli.js", "run", snapshot, "--out", out, "--quiet", "--threads", String(threads));
}

/** `unnest run` into a new directory, which is removed again. */
export async function run(snapshot: string, threads: number, memoryLimit: string): Promise<StageTimes> {
  const out = mkdtempSync(join(tmpdir(), "unnest-bench-run-"));
  const start = performance.now();
  try {
    const output = await node(
      ...["dist/pipeline/cli.js", "run", snapshot, "--out", join(out, "run"), "--json"],
      ...["--threads", String(threads), "--memory-limit", memoryLimit],
    );
    const seconds = (performance.now() - start) / 1000;
    const { report } = JSON.parse(output.trimEnd().split("\n").at(-1) ?? "{}") as {
      report: { stages: { name: string; seconds: number; peakBytes: number }[] };
    };
    const stages = Object.fromEntries(report.stages.map((stage) => [stage.name, stage.seconds]));
    return { seconds, peakBytes: Math.max(...report.stages.map(({ peakBytes }) => peakBytes)), stages };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** DuckDB alone; see floor.ts. */
export async function floor(folder: string, threads: number, memoryBytes: number): Promise<Measured> {
  const out = mkdtempSync(join(tmpdir(), "unnest-bench-floor-"));
  try {
    const output = await node(
      "--import",
      "tsx",
      "test/bench/floor.ts",
      folder,
      join(out, "floor.duckdb"),
      String(threads),
      String(memoryBytes),
    );
    return JSON.parse(output) as Measured;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The Node and better-sqlite3 script; see baseline/. */
export async function script(snapshot: string): Promise<Measured> {
  if (!existsSync("test/bench/baseline/node_modules")) {
    throw new Error("the script's own packages are missing: npm ci --prefix test/bench/baseline");
  }
  const out = mkdtempSync(join(tmpdir(), "unnest-bench-script-"));
  try {
    return JSON.parse(await node("test/bench/baseline/migrate.mjs", snapshot, join(out, "run"))) as Measured;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
