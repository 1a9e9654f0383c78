/**
 * What `import` brings into the embedded deployment a second, unthrottled; and what it uses of a write budget (spec 8). The importer
 * is a process of its own, the deployment is in this one; both do with two cores.
 *
 * tsx test/bench/import.ts [--messages 20000] [--mean-bytes 2500] [--budget-mib 4]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { EmbeddedDeployment } from "../../pipeline/embedded/embeddedDeployment.js";
import { serve } from "../../pipeline/embedded/serve.js";
import type { ImportReport } from "../../pipeline/import/importReport.js";
import { adminKey, aMigratingWorld } from "../import/migratingWorld.js";
import { BuiltCommand } from "../lives/builtCommand.js";
import { mebibytes, option, say } from "./medians.js";

const messages = Number(option("messages", "20000"));
const meanBytes = Number(option("mean-bytes", "2500"));
const budget = Number(option("budget-mib", "4"));

interface Commit {
  readonly at: number;
  readonly bytes: number;
}

interface Measured {
  readonly report: ImportReport;
  readonly commits: readonly Commit[];
  /** Processor time of this process, which is the deployment's, and the greatest resident memory of the importer. */
  readonly processorSeconds: number;
  readonly importerBytes: number;
}

const sent = ["importParts", "applyPatches", "importCorrections"].map((name) => `unnest:${name}`);

function written(deployment: EmbeddedDeployment): number {
  return sent.reduce((sum, name) => sum + (deployment.counters.byFunction.get(name)?.logBytesWritten ?? 0), 0);
}

/** Notes after each call what it has written; calls run one at a time, so that nothing lies between two notes but one commit. */
function noting(deployment: EmbeddedDeployment, commits: Commit[]): Pick<EmbeddedDeployment, "call"> {
  let before = 0;
  return {
    call: async (...call) => {
      const result = await deployment.call(...call);
      const now = written(deployment);
      if (now > before) commits.push({ at: performance.now(), bytes: now - before });
      before = now;
      return result;
    },
  };
}

async function measure(deployment: EmbeddedDeployment, cli: string, args: readonly string[]): Promise<Measured> {
  const commits: Commit[] = [];
  const serving = await serve(noting(deployment, commits), { adminKey });
  const before = process.cpuUsage();
  const child = spawn(process.execPath, [cli, "import", "--json", "--url", serving.url, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, CONVEX_DEPLOY_KEY: adminKey },
  });
  let importerBytes = 0;
  const watch = setInterval(() => {
    try {
      const [, kibibytes = "0"] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
      importerBytes = Math.max(importerBytes, Number(kibibytes) * 1024);
    } catch {
      // It has just ended.
    }
  }, 100);
  let report: ImportReport | undefined;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = JSON.parse(line) as { readonly event: string; readonly import?: ImportReport };
    if (event.event === "error") say(line);
    report = event.import ?? report;
  });
  await new Promise((resolve) => child.on("close", resolve));
  clearInterval(watch);
  await serving.close();
  const { user, system } = process.cpuUsage(before);
  if (report === undefined) throw new Error("the import has not told what it did");
  return { report, commits, processorSeconds: (user + system) / 1e6, importerBytes };
}

function worstSecond(commits: readonly Commit[]): number {
  let [worst, sum, from] = [0, 0, 0];
  for (const { at, bytes } of commits) {
    sum += bytes;
    for (let first = commits[from]; first !== undefined && first.at <= at - 1000; first = commits[from]) {
      sum -= first.bytes;
      from += 1;
    }
    worst = Math.max(worst, sum);
  }
  return worst;
}

const folder = mkdtempSync(join(tmpdir(), "unnest-bench-"));
const command = await BuiltCommand.build(folder);
const world = await aMigratingWorld(messages, undefined, meanBytes);
try {
  const free = await world.restored();
  const unthrottled = await measure(free, command.cli, ["--out", await world.copyRun(), "--write-budget", "none"]);
  const { reality } = unthrottled.report;
  if (reality === null) throw new Error("nothing was sent");
  say(
    `unthrottled: ${reality.rows} rows in ${reality.seconds.toFixed(1)} s, ${Math.round(reality.rows / reality.seconds)} rows a second (goal at least 5,000)`,
  );
  say(
    `  deployment ${unthrottled.processorSeconds.toFixed(1)} s of processor time; importer's peak ${mebibytes(unthrottled.importerBytes)}; deployment's ${mebibytes(process.resourceUsage().maxRSS * 1024)}`,
  );
  const most = budget * 2 ** 20;
  const held = await world.restored();
  const { commits } = await measure(held, command.cli, [
    ...["--out", await world.copyRun(), "--write-budget", `${budget}MiB`, "--concurrency", "8"],
  ]);
  const [first, last] = [commits[0]?.at ?? 0, commits.at(-1)?.at ?? 0];
  const sum = commits.reduce((total, { bytes }) => total + bytes, 0);
  const share = sum / (most * ((last - first) / 1000 + 1));
  say(`throttled to ${budget} MiB a second: ${((last - first) / 1000).toFixed(1)} s, ${commits.length} commits`);
  say(
    `  used ${(100 * share).toFixed(1)} % (goal at least 95), worst second ${(100 * (worstSecond(commits) / most)).toFixed(1)} % (goal at most 100)`,
  );
} finally {
  await world.remove();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
