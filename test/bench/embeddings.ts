/**
 * MB of JSON a second through load and transform when messages carry vectors (spec 8: at least 150 on 2 cores).
 *
 * tsx test/bench/embeddings.ts [--messages 50000] [--rounds 5] [--threads 2] [--memory-gib 4]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openArchive } from "../../pipeline/convexFormat/archive.js";
import { mebibytes, median, option, say } from "./medians.js";
import { generate, run } from "./subjects.js";

const messages = option("messages", "50000");
const rounds = Number(option("rounds", "5"));
const threads = Number(option("threads", "2"));
const gibibytes = Number(option("memory-gib", "4"));

const folder = mkdtempSync(join(tmpdir(), "unnest-bench-"));
try {
  const snapshot = join(folder, "snapshot.zip");
  await generate(snapshot, "--messages", messages, "--embeddings");
  const archive = await openArchive(snapshot);
  const bytes = archive.tables.reduce((sum, table) => sum + table.bytes, 0);
  await archive.close();
  // Read once, so that no round waits for the disk.
  await readFile(snapshot);
  const rates: number[] = [];
  const peaks: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { stages, peakBytes } = await run(snapshot, threads, `${gibibytes}GiB`);
    rates.push(bytes / 1e6 / ((stages.load ?? 0) + (stages.transform ?? 0)));
    peaks.push(peakBytes);
  }
  say(
    `${messages} messages with vectors, ${Math.round(bytes / 1e6)} MB of JSON, ${threads} threads, median of ${rounds} rounds:`,
  );
  say(
    `  load and transform: ${median(rates).toFixed(0)} MB a second (goal at least 150), peak ${mebibytes(median(peaks))}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
