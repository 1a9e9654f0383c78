import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { z } from "zod";
import { documentRules } from "../../fixtures/traffic/documentRules.js";
import { openDoor } from "../../fixtures/traffic/door.js";
import { syntheticUsers } from "../../fixtures/traffic/syntheticUsers.js";
import { UnnestError } from "../errors.js";
import { compareRehearsals } from "../rehearse/compareRehearsals.js";
import { FaultSchedule, faultLevels } from "../rehearse/faultSchedule.js";
import { readRehearsal } from "../rehearse/readRehearsal.js";
import { trafficLevels } from "../rehearse/rehearsal.js";
import type { RehearsalReport } from "../rehearse/rehearsalReport.js";
import { rehearse } from "../rehearse/rehearse.js";
import { renderComparison } from "../rehearse/renderComparison.js";
import { renderRehearsal } from "../rehearse/renderRehearsal.js";
import { jsonLine } from "../terminal/printable.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import { hashSnapshot } from "./hashSnapshot.js";
import * as options from "./options.js";
import { addStageOptions, stageOf } from "./rehearsalStage.js";

const rehearseOptions = z.object({
  out: z.string().min(1, { error: "--out must name a directory." }),
  seed: options.wholeNumber("--seed", 0, 2 ** 32 - 1),
  users: options.wholeNumber("--users", 1, 1000),
  traffic: z.enum(trafficLevels, { error: `--traffic is ${trafficLevels.join(", ")}.` }),
  faults: z.enum(faultLevels, { error: `--faults is ${faultLevels.join(", ")}.` }),
  keep: z.boolean().default(false),
  compare: z.string().optional(),
});

/** `unnest rehearse <snapshot>`: a whole migration, on this machine. */
export function addRehearse(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("rehearse")
    .summary("play a whole migration on this machine, with users and faults")
    .description(
      "Fills a deployment in this process with the snapshot and takes it through the migration while synthetic users write and the importer is killed: import, delta, abort on a copy, cleanup, rebuild.",
    )
    .argument("<snapshot>", "the export, as a ZIP or an unpacked folder")
    .option("--out <directory>", "directory of the rehearsal", "./unnest-rehearsal")
    .option("--seed <number>", "where chance starts", "1")
    .option("--users <number>", "users who write at once", "8")
    .option("--traffic <level>", `how much users write: ${trafficLevels.join(", ")}`, "light")
    .option("--faults <level>", `how much goes wrong: ${faultLevels.join(", ")}`, "light")
    .option("--compare <directory>", "an earlier rehearsal, to see what has changed")
    .option("--keep", "leave exports and runs in the directory");
  options.addShowOptions(addStageOptions(command)).action(async (snapshot: string, given: unknown) => {
    settle(await runRehearsal(snapshot, given, edge));
  });
}

async function runRehearsal(snapshot: string, given: unknown, edge: Edge): Promise<Outcome> {
  const { out, seed, users, traffic, faults, keep, compare } = options.parseOptions(rehearseOptions, given);
  const show = options.parseOptions(options.showOptions, given);
  // Before anything is written: the earlier rehearsal may lie in the same directory.
  const earlier = compare === undefined ? null : await readRehearsal(options.absolute(compare));
  const path = options.absolute(snapshot);
  const sha256 = await hashSnapshot(path);
  const schedule = new FaultSchedule(String(seed), faults);
  const stage = await stageOf(given, edge, { snapshot: path, seed, schedule });
  const { target, doorPrefix } = stage;
  const report = await rehearse({
    ...{ snapshot: path, sha256, seed, users, keep, target, schedule },
    faults: target.kind === "embedded" ? faults : "off",
    traffic: doorPrefix === null ? "off" : traffic,
    root: options.absolute(out),
    rules: documentRules,
    openTraffic:
      doorPrefix === null
        ? null
        : async () => {
            const door = openDoor(target.url, target.adminKey, doorPrefix);
            return await syntheticUsers({ door, seed, sessions: users, now: Date.now });
          },
    importOptions: stage.importOptions,
    launch: { program: thisProgram(), environment: edge.environment },
    progress: edge.screen(show).progress,
    signal: edge.signal,
  });
  const compared = earlier === null ? null : compareRehearsals(earlier, report);
  const output = show.json
    ? `${jsonLine({ event: "rehearsal", report, compared })}\n`
    : show.quiet
      ? ""
      : `\n${renderRehearsal(report, edge.paint(show))}${compared === null ? "" : `\n${renderComparison(compared, edge.paint(show))}`}`;
  return { output, failure: failureOf(report, out) };
}

function failureOf({ failure }: RehearsalReport, out: string): UnnestError | null {
  if (failure === null) return null;
  const { step, message, remedy } = failure;
  return new UnnestError("REHEARSAL_FAILED", `The rehearsal failed at ${step}: ${message}`, { file: out }, { remedy });
}

/** The command line of this very program, with what Node was started with: sources need their loader. */
function thisProgram(): readonly [string, ...string[]] {
  const own = fileURLToPath(import.meta.url);
  const cli = fileURLToPath(new URL(`../cli${own.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url));
  return [process.execPath, ...process.execArgv, cli];
}
