import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { z } from "zod";
import { ledgerCodes } from "../../transforms/index.js";
import { loadModel } from "../model/loadModel.js";
import type { Model } from "../model/types.js";
import { renderSummary } from "../report/renderSummary.js";
import type { Report } from "../report/report.js";
import { executeRun } from "../run/executeRun.js";
import { runPaths } from "../run/paths.js";
import type { RunResult } from "../run/runStages.js";
import { stages } from "../stages.js";
import { jsonLine } from "../terminal/printable.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import { hashSnapshot } from "./hashSnapshot.js";
import * as options from "./options.js";

const flags = z.object({ strict: z.boolean().default(false), fresh: z.boolean().default(false) });

/** `unnest run <snapshot>`: the main job. */
export function addRun(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("run")
    .summary("migrate a snapshot: load, transform, check, package, report")
    .description("Turns an export (ZIP or folder) into normalized tables and an import package, and proves them.")
    .argument("<snapshot>", "the export, as a ZIP or an unpacked folder")
    .option("--strict", "fail where a finding would otherwise only be listed")
    .option("--with <part>", "add an optional part of the model; may be repeated", (name, all: string[] = []) => [
      ...all,
      name,
    ])
    .option("--fresh", "throw away what an earlier run left in the directory");
  options.addValuesOption(command);
  options.addShowOptions(options.addResourceOptions(options.addDirectoryOption(command)));
  command.addHelpText(
    "after",
    `\nStages:\n${stages.map(({ name, title }) => `  ${name.padEnd(10)} ${title}`).join("\n")}`,
  );
  command.action(async (snapshot: string, given: unknown) => {
    settle(await run(snapshot, given, edge));
  });
}

async function run(snapshot: string, given: unknown, edge: Edge): Promise<Outcome> {
  const model = loadModel();
  const { strict, fresh } = options.parseOptions(flags, given);
  const { values } = options.parseOptions(options.valuesOption, given);
  const { out } = options.parseOptions(options.directoryOption, given);
  const show = options.parseOptions(options.showOptions, given);
  const resources = options.parseOptions(options.resourceOptions, given);
  const parts = options.parseOptions(options.withOption(optionalParts(model)), given);
  const screen = edge.screen(show);
  const result = await executeRun({
    root: options.absolute(out),
    options: { snapshot: options.absolute(snapshot), strict, values, ...resources, ...parts },
    fresh,
    stages,
    model,
    progress: screen.progress,
    signal: edge.signal,
    onStage: screen.stage,
    snapshotHash: () => hashSnapshot(options.absolute(snapshot)),
  });
  const report = await reportOf(result, out);
  if (report === null) return { output: "", failure: result.failure };
  const output = show.json
    ? `${jsonLine({ event: "report", report })}\n`
    : show.quiet
      ? ""
      : `\n${renderSummary(report, { paint: edge.paint(show), directory: out, meanings: meanings() })}`;
  return { output, failure: result.failure };
}

function meanings(): Record<string, string> {
  return Object.fromEntries(Object.entries(ledgerCodes).map(([code, { meaning }]) => [code, meaning]));
}

function optionalParts(model: Model): string[] {
  return [...new Set(model.tables.flatMap(({ option }) => option ?? []))];
}

/** The report, when this run has got as far as writing one. */
async function reportOf(result: RunResult, out: string): Promise<Report | null> {
  if (!result.stages.some(({ name, status }) => name === "report" && status === "done")) return null;
  return JSON.parse(await readFile(runPaths(options.absolute(out)).report, "utf8")) as Report;
}
