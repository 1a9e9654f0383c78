import type { Command } from "commander";
import { loadModel } from "../model/loadModel.js";
import { withRun } from "../run/openRun.js";
import { jsonLine } from "../terminal/printable.js";
import { renderTrace } from "../trace/renderTrace.js";
import { traceDocument } from "../trace/traceDocument.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import * as options from "./options.js";

/** `unnest trace <id>`: one document's way through a run. */
export function addTrace(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("trace")
    .summary("follow one document: line, rows, ledger, batches, checks")
    .description(
      "Shows where the snapshot holds a document, what became of it, which batches took it where, and which checks name it.",
    )
    .argument("<id>", "the _id of a document or of a row");
  options.addShowOptions(options.addResourceOptions(options.addDirectoryOption(command)));
  command.action(async (id: string, given: unknown) => {
    settle(await trace(id, given, edge));
  });
}

async function trace(id: string, given: unknown, edge: Edge): Promise<Outcome> {
  const { out } = options.parseOptions(options.directoryOption, given);
  const show = options.parseOptions(options.showOptions, given);
  const resources = options.parseOptions(options.resourceOptions, given);
  const needs = { root: options.absolute(out), stage: "load", scratch: false, ...resources };
  const found = await withRun(needs, ({ database }) => traceDocument(database, loadModel(), id));
  return { output: show.json ? `${jsonLine(found)}\n` : renderTrace(found, edge.paint(show)), failure: null };
}
