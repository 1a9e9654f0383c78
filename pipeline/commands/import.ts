import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import { deploymentClasses } from "../convexFormat/functionLimits.js";
import { deltaStage } from "../delta/deltaStage.js";
import { deltaRoots, settleDelta } from "../delta/nextDelta.js";
import { UnnestError } from "../errors.js";
import { dryRunReport } from "../import/dryRunReport.js";
import type { ImportReport } from "../import/importReport.js";
import { planImport } from "../import/planImport.js";
import { renderImport } from "../import/renderImport.js";
import { refuseOtherDeployment, sendablePhases } from "../import/sendablePhases.js";
import { sendPlan } from "../import/sendPlan.js";
import { loadModel } from "../model/loadModel.js";
import { packageStage } from "../package/packageStage.js";
import { probe } from "../remote/probe.js";
import { type OpenRun, withRun } from "../run/openRun.js";
import { runPaths } from "../run/paths.js";
import { readRecord } from "../run/record.js";
import { writeFileWhole } from "../run/writeFileWhole.js";
import { jsonLine } from "../terminal/printable.js";
import type { Screen } from "../terminal/screen.js";
import { addConfirmOptions, confirm } from "./confirm.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import { importOptions, writeBudgetOf } from "./importOptions.js";
import * as options from "./options.js";
import { addRemoteOptions, calling, namesDeployment, openRemoteOf, retriesOf } from "./remoteOptions.js";

/** `unnest import --url …`: sends what a run has made, or what a delta has found. */
export function addImport(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("import")
    .summary("send a run's rows into a live deployment")
    .description(
      "Sends the parts of a finished run in batches, while users go on writing. Stopped at any point, it goes on where it was when it is started again.",
    )
    .option("--delta", "send what `unnest delta` found instead")
    .option("--phase <phase>", "only this phase; may be repeated", (name, all: string[] = []) => [...all, name])
    .option("--concurrency <number>", "calls under way at once, at most", "4")
    .option("--batch-bytes <size>", "arguments of one call, at most", "1MiB")
    .option(
      "--class <class>",
      `the deployment's class: ${Object.keys(deploymentClasses).join(", ")} (default: what it says itself, else s16)`,
    )
    .option(
      "--write-budget <size>",
      "log and index entries a second, at most, or none (default: 40 % of what the class can take, as users need the rest)",
    );
  options.addShowOptions(
    options.addResourceOptions(options.addDirectoryOption(addConfirmOptions(addRemoteOptions(command)))),
  );
  command.action(async (given: unknown) => {
    settle(await calling(() => importRun(given, edge)));
  });
}

async function importRun(given: unknown, edge: Edge): Promise<Outcome> {
  const show = options.parseOptions(options.showOptions, given);
  const resources = options.parseOptions(options.resourceOptions, given);
  const { out } = options.parseOptions(options.directoryOption, given);
  const what = options.parseOptions(importOptions, given);
  const screen = edge.screen(show);
  const root = options.absolute(out);
  const isOffline = what.dryRun && !namesDeployment(given, edge);
  const remote = isOffline ? null : await openRemoteOf(given, edge);
  const retries = retriesOf(edge, screen.progress);
  const status = remote === null ? null : await probe(remote, retries);
  if (remote !== null) await confirm(remote, given, edge);
  const needs = what.delta ? await deltaNeeds(root) : { root, stage: packageStage.name };
  return await withRun({ ...needs, scratch: true, writes: true, ...resources }, async (run) => {
    const writeBudget = writeBudgetOf(what, status?.deploymentClass ?? null);
    const of = what.delta ? "drift" : "backfill";
    const bounds = { argumentBytes: what.batchBytes, writeBytes: batchShare(writeBudget) };
    const plan = await planImport(contextOf(run, resources, edge, screen), of, bounds);
    const phases = sendablePhases(plan.phases, status, what.phase);
    if (remote !== null) refuseOtherDeployment(phases, remote.name);
    const { concurrency } = what;
    const { database, paths } = run;
    if (what.dryRun || remote === null || status === null) {
      const report = await dryRunReport({ database, of, plan, phases, writeBudget, remote });
      return { output: output(report, show, edge), failure: null };
    }
    const clock = {
      now: () => performance.now(),
      sleep: async (milliseconds: number) => await wait(milliseconds, undefined, { signal: edge.signal }),
    };
    const sent = await sendPlan({
      ...{ remote, status, database, paths, of, plan, phases, bounds, writeBudget, concurrency, retries, clock },
      progress: screen.progress,
      signal: edge.signal,
    });
    await writeFileWhole(paths.importReport, `${JSON.stringify(sent.report, null, 2)}\n`);
    return { output: output(sent.report, show, edge), failure: sent.failure };
  });
}

/** A batch may hold so much of what a second may take: the rest of the budget would otherwise wait for the next one to fit. */
const batchesASecond = 24;

function batchShare(writeBudget: number | null): number {
  return writeBudget === null ? Number.POSITIVE_INFINITY : writeBudget / batchesASecond;
}

async function deltaNeeds(root: string): Promise<{ readonly root: string; readonly stage: string }> {
  await settleDelta(deltaRoots(root));
  const { deltaRun } = runPaths(root);
  const record = await readRecord(runPaths(deltaRun).record);
  if (record === null)
    throw new UnnestError("DELTA_MISSING", "No delta was made in this run directory.", { file: deltaRun });
  if (!record.stages.some(({ name, status }) => name === deltaStage.name && status === "done"))
    throw new UnnestError("DELTA_INCOMPLETE", "The delta of this run directory was not finished.", {
      file: deltaRun,
      snapshot: record.snapshot.name,
    });
  return { root: deltaRun, stage: deltaStage.name };
}

function contextOf(
  { database, paths, record }: OpenRun,
  resources: { readonly threads: number; readonly memoryLimit: number },
  edge: Edge,
  { progress }: Screen,
) {
  const { strict, with: parts } = record.options;
  return {
    ...{ database, paths, progress, model: loadModel(), signal: edge.signal },
    options: { snapshot: record.snapshot.name, strict, with: parts, ...resources },
  };
}

function output(report: ImportReport, show: { json: boolean; quiet: boolean; color: boolean }, edge: Edge): string {
  if (show.json) return `${jsonLine({ event: "import", import: report })}\n`;
  return show.quiet ? "" : `\n${renderImport(report, edge.paint(show))}`;
}
