/**
 * `run` against the floor (DuckDB alone) and against the Node script, in turn, and their medians (spec 8).
 *
 * tsx test/bench/compare.ts [--messages 300000] [--mean-bytes 2500] [--rounds 5] [--threads 2] [--memory-gib 4]
 * Needs `npm run build` and `npm ci --prefix test/bench/baseline`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mebibytes, median, option, say } from "./medians.js";
import { floor, generate, run, script } from "./subjects.js";

const messages = option("messages", "300000");
const meanBytes = option("mean-bytes", "2500");
const rounds = Number(option("rounds", "5"));
const threads = Number(option("threads", "2"));
const gibibytes = Number(option("memory-gib", "4"));

/** What the application's own online backfill moved in a second (spec 2). */
const backfillMessages = 136;

const folder = mkdtempSync(join(tmpdir(), "unnest-bench-"));
try {
  const snapshot = join(folder, "snapshot.zip");
  const unpacked = join(folder, "unpacked");
  await generate(snapshot, "--messages", messages, "--mean-bytes", meanBytes);
  await generate(unpacked, "--messages", messages, "--mean-bytes", meanBytes, "--folder");

  const times = { floor: [] as number[], script: [] as number[], run: [] as number[] };
  const peaks = { floor: [] as number[], script: [] as number[], run: [] as number[] };
  const stages: Record<string, number[]> = {};
  for (let round = 1; round <= rounds; round += 1) {
    const floorRound = await floor(unpacked, threads, gibibytes * 2 ** 30);
    const runRound = await run(snapshot, threads, `${gibibytes}GiB`);
    const scriptRound = await script(snapshot);
    for (const [name, measured] of [
      ["floor", floorRound],
      ["run", runRound],
      ["script", scriptRound],
    ] as const) {
      times[name].push(measured.seconds);
      peaks[name].push(measured.peakBytes);
    }
    for (const [name, seconds] of Object.entries(runRound.stages)) stages[name] = [...(stages[name] ?? []), seconds];
    say(
      `round ${round}: floor ${floorRound.seconds.toFixed(1)} s, run ${runRound.seconds.toFixed(1)} s, script ${scriptRound.seconds.toFixed(1)} s`,
    );
  }
  const [floorTime, runTime, scriptTime] = [median(times.floor), median(times.run), median(times.script)];
  say(`medians of ${rounds} rounds, ${messages} messages of ${meanBytes} bytes, ${threads} threads, ${gibibytes} GiB:`);
  say(`  floor   ${floorTime.toFixed(1)} s, peak ${mebibytes(median(peaks.floor))}`);
  say(`  run     ${runTime.toFixed(1)} s, peak ${mebibytes(median(peaks.run))}`);
  for (const [name, seconds] of Object.entries(stages)) say(`    ${name.padEnd(10)} ${median(seconds).toFixed(1)} s`);
  say(`  script  ${scriptTime.toFixed(1)} s, peak ${mebibytes(median(peaks.script))}`);
  say(`run / floor   ${(runTime / floorTime).toFixed(2)} (goal at most 2.5)`);
  say(`script / run  ${(scriptTime / runTime).toFixed(2)} (goal at least 4)`);
  const perSecond = Number(messages) / runTime;
  say(
    `${Math.round(perSecond)} messages a second, ${Math.round(perSecond / backfillMessages)} × the online backfill (goal at least 100 ×)`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
