/**
 * What the number of tables costs: `run` and `inspect` on an export of many tables with one small document each, against one of the tables of the model
 * alone with the same bytes. Processor time and peak memory of the whole process, in turn on one machine, medians.
 *
 * tsx test/bench/tables.ts [--tables 2000] [--rounds 5]
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeArchive } from "../../pipeline/convexFormat/archiveWriter.js";
import { encodeId } from "../../pipeline/convexFormat/ids.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { mebibytes, median, option, say } from "./medians.js";

const count = Number(option("tables", "2000"));
const rounds = Number(option("rounds", "5"));
const existing = loadModel().existing.map(({ name }) => name);

interface Cost {
  /** Processor time. */
  readonly seconds: number;
  readonly peakBytes: number;
}

const idOf = (tableNumber: number, document: number): string => {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, document);
  return encodeId(tableNumber, bytes);
};
const lineOf = (id: string): string => `{"_creationTime":1770000000000.5,"_id":"${id}","name":"${"x".repeat(20)}"}`;

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

/** The model's tables, of which the first holds `documents`, and as many others with one each as are left. */
async function write(path: string, documents: number, others: number): Promise<void> {
  const model = existing.map((name, index) => ({
    name,
    tableNumber: 10_001 + index,
    lines: each(index > 0 ? [] : Array.from({ length: documents }, (_, at) => lineOf(idOf(10_001, at + 1)))),
  }));
  const more = Array.from({ length: others }, (_, index) => {
    const tableNumber = 20_001 + index;
    return { name: `other${index}`, tableNumber, lines: each([lineOf(idOf(tableNumber, 1))]) };
  });
  await writeArchive(path, [...model, ...more]);
}

/** What a process says of itself when it ends. */
const account = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => process.stderr.write("\\n" + JSON.stringify(process.resourceUsage())))',
)}`;

async function unnest(...args: readonly string[]): Promise<Cost> {
  const words = ["--import", account, "dist/pipeline/cli.js", ...args];
  const { stderr } = await promisify(execFile)(process.execPath, words, { maxBuffer: 64 << 20 });
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(
    stderr.slice(stderr.lastIndexOf("\n")),
  ) as NodeJS.ResourceUsage;
  return { seconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: maxRSS * 1024 };
}

const folder = mkdtempSync(join(tmpdir(), "unnest-bench-"));
try {
  const [few, many] = [join(folder, "few.zip"), join(folder, "many.zip")];
  await write(few, count, 0);
  await write(many, 0, count);
  const work = {
    run: (snapshot: string) => unnest("run", snapshot, "--out", join(folder, "run"), "--fresh", "--quiet"),
    inspect: (snapshot: string) => unnest("inspect", snapshot, "--quiet"),
  };
  for (const [name, measure] of Object.entries(work)) {
    const costs: Record<"few" | "many", Cost[]> = { few: [], many: [] };
    for (let round = 0; round < rounds; round += 1) {
      costs.few.push(await measure(few));
      costs.many.push(await measure(many));
    }
    const middle = (of: readonly Cost[]): Cost => ({
      seconds: median(of.map(({ seconds }) => seconds)),
      peakBytes: median(of.map(({ peakBytes }) => peakBytes)),
    });
    const [a, b] = [middle(costs.few), middle(costs.many)];
    say(
      `${name}: ${existing.length} tables ${a.seconds.toFixed(2)} s of processor time, peak ${mebibytes(a.peakBytes)}; ` +
        `${count} more ${b.seconds.toFixed(2)} s, peak ${mebibytes(b.peakBytes)}: × ${(b.seconds / a.seconds).toFixed(2)} (goal at most 2, and 256 MiB)`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
