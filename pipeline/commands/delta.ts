import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { openArchive } from "../convexFormat/archive.js";
import { type DeltaReport, deltaReport } from "../delta/deltaReport.js";
import { deltaStage } from "../delta/deltaStage.js";
import { isApplied } from "../delta/isApplied.js";
import { deltaRoots, settleDelta, takeNextDelta } from "../delta/nextDelta.js";
import { refuseExport } from "../delta/refuseExport.js";
import { renderDelta } from "../delta/renderDelta.js";
import { type ShownSwitch, switchesIn, switchesOfRun } from "../delta/switchesIn.js";
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
  const home = options.absolute(out);
  const run = await firstRun(home);
  const own = await withRun({ root: home, stage: loadStage.name, scratch: false, ...resources }, ({ database }) =>
    switchesOfRun(database),
  );
  const sha256 = await checkedHash(snapshot, own, run);
  const roots = deltaRoots(home);
  await settleDelta(roots);
  const screen = edge.screen(show);
  const standing = await otherThan(roots.current, sha256, run.options);
  if (standing !== null) screen.progress.note(standing.note);
  // One that is there already is answered from what stands; another one stays until the new one is whole.
  const root =
    standing === null && (await readRecord(runPaths(roots.current).record)) !== null ? roots.current : roots.next;
  const { failure } = await executeRun({
    root,
    options: { snapshot, ...run.options, ...resources },
    fresh: (await otherThan(root, sha256, run.options)) !== null,
    stages: [loadStage, transformForComparison, deltaStage],
    model: loadModel(),
    progress: screen.progress,
    signal: edge.signal,
    onStage: screen.stage,
    snapshotHash: async () => sha256,
  });
  if (failure !== null) return { output: "", failure };
  if (root === roots.next) await takeNextDelta(roots);
  const report = deltaReport.parse(JSON.parse(await readFile(runPaths(roots.current).delta, "utf8")));
  const applied =
    !report.driftFree &&
    (await withRun({ root: roots.current, stage: deltaStage.name, scratch: false, ...resources }, ({ database }) =>
      isApplied(database),
    ));
  const output = show.json
    ? `${jsonLine({ event: "delta", applied, delta: report })}\n`
    : show.quiet
      ? ""
      : `\n${renderDelta(report, { paint: edge.paint(show), directory: out, applied })}`;
  return { output, failure: report.driftFree || applied ? null : driftFound(report, snapshot) };
}

/** What costs little comes first: an export that proves nothing is refused before all of it is read. @returns its SHA-256 */
async function checkedHash(snapshot: string, own: readonly ShownSwitch[], run: RunRecord): Promise<string> {
  const archive = await openArchive(snapshot);
  try {
    refuseExport({ snapshot, later: await switchesIn(archive), own });
    const sha256 = await archive.sha256();
    if (sha256 !== run.snapshot.sha256) return sha256;
  } finally {
    await archive.close();
  }
  throw new UnnestError("DELTA_OF_RUNS_OWN_EXPORT", "This is the export that the run itself was made from.", {
    file: snapshot,
  });
}

/** The run that a delta belongs to: its options decide what is compared. */
async function firstRun(root: string): Promise<RunRecord> {
  const record = await readRecord(runPaths(root).record);
  if (record !== null) return record;
  throw new UnnestError("RUN_DIRECTORY_MISSING", "No run of unnest is here.", { file: root });
}

/** What an earlier delta in a directory is, if it is of another export or made with other options: then none of it can be used. */
async function otherThan(
  root: string,
  sha256: string,
  wanted: RunRecord["options"],
): Promise<{ readonly note: string } | null> {
  let found: RunRecord | null;
  try {
    found = await readRecord(runPaths(root).record);
  } catch (error) {
    if (error instanceof UnnestError) return { note: "The earlier delta cannot be read and is made anew." };
    throw error;
  }
  if (found === null || found.snapshot.sha256 === null) return null;
  if (found.snapshot.sha256 !== sha256)
    return { note: `The delta of ${found.snapshot.name} stays until this one is whole.` };
  const same = JSON.stringify(found.options) === JSON.stringify(wanted);
  return same ? null : { note: "The run's options have changed: the delta is made anew." };
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
