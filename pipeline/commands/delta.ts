import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { type DeltaReport, deltaReport } from "../delta/deltaReport.js";
import { deltaStage } from "../delta/deltaStage.js";
import { isApplied } from "../delta/isApplied.js";
import { renderDelta } from "../delta/renderDelta.js";
import { UnnestError } from "../errors.js";
import { loadStage } from "../load/loadStage.js";
import { loadModel } from "../model/loadModel.js";
import { executeRun } from "../run/executeRun.js";
import { withRun } from "../run/openRun.js";
import { runPaths } from "../run/paths.js";
import { type RunRecord, readRecord } from "../run/record.js";
import { jsonLine } from "../terminal/printable.js";
import { transformForComparison } from "../transform/transformStage.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import { hashSnapshot } from "./hashSnapshot.js";
import * as options from "./options.js";

/** `unnest delta <later snapshot>`: what the new tables lack, or hold too much, in an export of their own deployment. */
export function addDelta(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("delta")
    .summary("compare a later export's new tables with its documents")
    .description(
      "Loads a later export beside the run, maps it, and compares it with the new tables in that same export: what differs is the drift.",
    )
    .argument("<snapshot>", "an export taken after the import, as a ZIP or an unpacked folder");
  options.addShowOptions(options.addResourceOptions(options.addDirectoryOption(command)));
  command.action(async (snapshot: string, given: unknown) => {
    settle(await delta(snapshot, given, edge));
  });
}

async function delta(given: string, flags: unknown, edge: Edge): Promise<Outcome> {
  const { out } = options.parseOptions(options.directoryOption, flags);
  const show = options.parseOptions(options.showOptions, flags);
  const resources = options.parseOptions(options.resourceOptions, flags);
  const snapshot = options.absolute(given);
  const run = await firstRun(options.absolute(out));
  const root = runPaths(options.absolute(out)).deltaRun;
  const sha256 = await hashSnapshot(snapshot);
  const screen = edge.screen(show);
  const replaced = await replaces(root, sha256, run.options);
  if (replaced !== null) screen.progress.note(replaced);
  if (sha256 === run.snapshot.sha256)
    screen.progress.note("This is the snapshot of the run itself: what was imported since does not show in it.");
  const { failure } = await executeRun({
    root,
    options: { snapshot, ...run.options, ...resources },
    fresh: replaced !== null,
    stages: [loadStage, transformForComparison, deltaStage],
    model: loadModel(),
    progress: screen.progress,
    signal: edge.signal,
    onStage: screen.stage,
    snapshotHash: async () => sha256,
  });
  if (failure !== null) return { output: "", failure };
  const report = deltaReport.parse(JSON.parse(await readFile(runPaths(root).delta, "utf8")));
  const applied =
    !report.driftFree &&
    (await withRun({ root, stage: deltaStage.name, scratch: false, ...resources }, ({ database }) =>
      isApplied(database),
    ));
  const output = show.json
    ? `${jsonLine({ event: "delta", applied, delta: report })}\n`
    : show.quiet
      ? ""
      : `\n${renderDelta(report, { paint: edge.paint(show), directory: out, applied })}`;
  return { output, failure: report.driftFree || applied ? null : driftFound(report, snapshot) };
}

/** The run that a delta belongs to: its options decide what is compared. */
async function firstRun(root: string): Promise<RunRecord> {
  const record = await readRecord(runPaths(root).record);
  if (record !== null) return record;
  throw new UnnestError("RUN_DIRECTORY_MISSING", "No run of unnest is here.", { file: root });
}

/** Why what an earlier delta left has to go first: it follows from its snapshot alone. Null where there is none, or it is the same. */
async function replaces(root: string, sha256: string, wanted: RunRecord["options"]): Promise<string | null> {
  let found: RunRecord | null;
  try {
    found = await readRecord(runPaths(root).record);
  } catch (error) {
    if (error instanceof UnnestError) return "The earlier delta cannot be read and is made anew.";
    throw error;
  }
  if (found === null || found.snapshot.sha256 === null) return null;
  if (found.snapshot.sha256 !== sha256) return `The delta of ${found.snapshot.name} is replaced.`;
  const same = JSON.stringify(found.options) === JSON.stringify(wanted);
  return same ? null : "The run's options have changed: the delta is made anew.";
}

function driftFound({ parts, duplicates, corrections }: DeltaReport, snapshot: string): UnnestError {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  return new UnnestError("DRIFT_FOUND", "The new tables are not what the documents give.", {
    file: snapshot,
    parts: sum(parts.map((found) => found.parts)),
    duplicates: sum(duplicates.map(({ keys }) => keys)),
    aggregates: sum(corrections.map(({ keys }) => keys)),
  });
}
