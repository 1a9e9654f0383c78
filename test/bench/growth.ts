/**
 * How time and peak memory of `run` grow from 100 thousand messages to a million (spec 8).
 *
 * tsx test/bench/growth.ts [--sizes 100000,300000,1000000] [--mean-bytes 2500] [--rounds 1] [--threads 2] [--memory-gib 1]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mebibytes, median, option, say } from "./medians.js";
import { generate, run } from "./subjects.js";

const sizes = option("sizes", "100000,300000,1000000").split(",");
const meanBytes = option("mean-bytes", "2500");
const rounds = Number(option("rounds", "1"));
const threads = Number(option("threads", "2"));
const gibibytes = Number(option("memory-gib", "1"));

const folder = mkdtempSync(join(tmpdir(), "unnest-bench-"));
try {
  const results: { seconds: number; peakBytes: number }[] = [];
  for (const messages of sizes) {
    const snapshot = join(folder, "snapshot.zip");
    await generate(snapshot, "--messages", messages, "--mean-bytes", meanBytes);
    const measured = [];
    for (let round = 0; round < rounds; round += 1) measured.push(await run(snapshot, threads, `${gibibytes}GiB`));
    const seconds = median(measured.map((one) => one.seconds));
    const peakBytes = median(measured.map((one) => one.peakBytes));
    results.push({ seconds, peakBytes });
    say(`${messages} messages: ${seconds.toFixed(1)} s, peak ${mebibytes(peakBytes)}`);
    rmSync(snapshot);
  }
  const [first, last] = [results[0], results.at(-1)];
  if (first !== undefined && last !== undefined) {
    say(
      `${sizes[0]} → ${sizes.at(-1)}: time × ${(last.seconds / first.seconds).toFixed(1)} (goal at most 11), peak × ${(last.peakBytes / first.peakBytes).toFixed(2)} (goal at most 1.3)`,
    );
    say(
      `peak at most the limit + 512 MiB = ${mebibytes((gibibytes + 0.5) * 2 ** 30)}: ${last.peakBytes <= (gibibytes + 0.5) * 2 ** 30 ? "yes" : "no"}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
