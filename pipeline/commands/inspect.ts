import type { Command } from "commander";
import { inspectSnapshot } from "../inspect/inspectSnapshot.js";
import { renderInspection } from "../inspect/renderInspection.js";
import { plain } from "../terminal/paint.js";
import { jsonLine } from "../terminal/printable.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import * as options from "./options.js";

/** `unnest inspect <snapshot>`: profiles any export. */
export function addInspect(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("inspect")
    .summary("profile any Convex export")
    .description("Tables, field types, nested fields by their share of bytes, references found by decoding ids.")
    .argument("<snapshot>", "the export, as a ZIP or an unpacked folder");
  options.addShowOptions(options.addResourceOptions(command));
  command.action(async (snapshot: string, given: unknown) => {
    settle(await inspect(snapshot, given, edge));
  });
}

async function inspect(snapshot: string, given: unknown, edge: Edge): Promise<Outcome> {
  const show = options.parseOptions(options.showOptions, given);
  const resources = options.parseOptions(options.resourceOptions, given);
  // The result is the JSON; events between it would be in the way.
  const { progress } = edge.screen({ ...show, quiet: show.quiet || show.json });
  const inspection = await inspectSnapshot(options.absolute(snapshot), { ...resources, signal: edge.signal, progress });
  const output = show.json
    ? `${jsonLine(inspection)}\n`
    : renderInspection(inspection, { color: edge.paint(show) !== plain, width: edge.width });
  return { output, failure: null };
}
