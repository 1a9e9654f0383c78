import { readFile } from "node:fs/promises";
import { runPaths } from "../../run/paths.js";
import { commandFailed, type Ended } from "../childCommands.js";
import { importFigures } from "../importFigures.js";
import { usersWereServed } from "../oldDocuments.js";
import { type Playing, startTraffic } from "../playTraffic.js";
import type { Rehearsal } from "../rehearsal.js";
import { type Figure, figure, type Step, timed } from "../step.js";

/** A command that fails again and again though nobody kills it. */
const mostAttempts = 20;

export const importSnapshot: Step = {
  name: "import",
  title: "import while users write, under faults",
  remedy: "`unnest import` again goes on where it stopped; `unnest status` shows the phases.",
  run: async (rehearsal) => {
    const { faults, traffic, target, documents, paths } = rehearsal;
    const before = traffic?.log.changed ?? 0;
    let writing: Playing | null = null;
    const write = (): void => {
      writing = startTraffic(rehearsal, { name: "import", manner: "plain", stubborn: false }, 1);
    };
    // Users begin with the first batch, so that what they change, they change while the import runs. Elsewhere nobody sees it come.
    if (target.kind === "embedded") faults.whenSending(write);
    else write();
    const began = await importToItsEnd(rehearsal);
    const during = (traffic?.log.changed ?? 0) - before;
    await (writing as Playing | null)?.ended;
    const report: unknown = JSON.parse(await readFile(runPaths(paths.run).importReport, "utf8"));
    const changed = documents === 0 ? 0 : during / documents;
    return {
      figures: [
        ...importFigures(report),
        timed("documents written by users while the import ran", during),
        timed("share of the snapshot's documents changed while the import ran", changed, "share"),
        figure("documents written by users", (traffic?.log.changed ?? 0) - before),
        ...began,
        ...target.counted(),
      ],
      checks: [usersWereServed(rehearsal)],
    };
  },
};

/** Starts the importer until it has ended by itself; kills are the schedule's. */
async function importToItsEnd({ commands, faults, paths, importOptions, signal }: Rehearsal): Promise<Figure[]> {
  const args = ["import", "--out", paths.run, ...importOptions];
  const attempts: Ended[] = [];
  for (;;) {
    signal.throwIfAborted();
    const running = commands.start(args);
    faults.aim(running.kill);
    const ended = await running.ended;
    faults.aim(null);
    attempts.push(ended);
    if (ended.code === 0) break;
    // Killed, or out of patience with a deployment that kept failing: what is left is sent by the next one.
    const goesOn = ended.code === "SIGKILL" || ended.code === 5;
    if (!goesOn || attempts.length === mostAttempts) throw commandFailed(args, ended);
  }
  const peaks = attempts.flatMap(({ peakBytes }) => peakBytes ?? []);
  return [
    figure("importer killed", faults.killed),
    timed("importer started", attempts.length),
    timed("calls of the importer that reached the deployment", faults.seen),
    timed(
      "seconds of the import, restarts included",
      attempts.reduce((sum, { seconds }) => sum + seconds, 0),
      "seconds",
    ),
    ...(peaks.length === 0 ? [] : [timed("peak memory of the importer", Math.max(...peaks), "bytes")]),
  ];
}
