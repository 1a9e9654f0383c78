import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { UnnestError } from "../errors.js";
import { loadModel } from "../model/loadModel.js";
import { pageOfRun } from "../report/page/pageOfRun.js";
import type { Report } from "../report/report.js";
import { withRun } from "../run/openRun.js";
import { fileNames } from "../run/paths.js";
import { writeFileWhole } from "../run/writeFileWhole.js";
import { jsonLine, printable } from "../terminal/printable.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import * as options from "./options.js";

/** `unnest report`: writes `report.html` of a finished run again, with or without values. */
export function addReport(program: Command, _edge: Edge, settle: Settle): void {
  const command = program
    .command("report")
    .summary("write report.html of a finished run again")
    .description("Makes report.html anew from report.json, with values of documents or without.");
  options.addValuesOption(command);
  options.addShowOptions(options.addResourceOptions(options.addDirectoryOption(command)));
  command.action(async (given: unknown) => {
    settle(await report(given));
  });
}

async function report(given: unknown): Promise<Outcome> {
  const { out } = options.parseOptions(options.directoryOption, given);
  const { values } = options.parseOptions(options.valuesOption, given);
  const show = options.parseOptions(options.showOptions, given);
  const resources = options.parseOptions(options.resourceOptions, given);
  const file = await withRun(
    { root: options.absolute(out), stage: "report", scratch: false, ...resources },
    async ({ paths, record, database }) => {
      const found = await readReport(paths.report, record.snapshot.name);
      await writeFileWhole(paths.reportPage, await pageOfRun(database, loadModel(), found, values));
      return paths.reportPage;
    },
  );
  const output = show.json
    ? `${jsonLine({ event: "page", file, values })}\n`
    : show.quiet
      ? ""
      : `${fileNames.reportPage} is written ${values ? "with values of documents: keep it as you keep the data" : "without values"}.\n  ${printable(file)}\n`;
  return { output, failure: null };
}

/** Throws RUN_INCOMPLETE where it was deleted or spoilt: a run's last stage makes it again. */
async function readReport(path: string, snapshot: string): Promise<Report> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Report;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (!isMissing && !(error instanceof SyntaxError)) throw error;
    const what = isMissing ? "is missing" : "cannot be read: delete it first";
    throw new UnnestError("RUN_INCOMPLETE", `The run's ${fileNames.report} ${what}.`, { file: path, snapshot });
  }
}
