import { join } from "node:path";
import { type Command, Option } from "commander";
import { z } from "zod";
import { exportRun } from "../export/exportRun.js";
import { exportableTables } from "../export/exportTables.js";
import { formats } from "../export/formats.js";
import { namings } from "../export/naming.js";
import { renderExport } from "../export/renderExport.js";
import { loadModel } from "../model/loadModel.js";
import { withRun } from "../run/openRun.js";
import { runPaths } from "../run/paths.js";
import { jsonLine } from "../terminal/printable.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import * as options from "./options.js";

const formatNames = Object.keys(formats) as (keyof typeof formats)[];

const flags = (tables: readonly string[]) =>
  z.object({
    format: z.enum(formatNames, {
      error: ({ input }) => `--format must be one of ${formatNames.join(", ")}, not "${input}".`,
    }),
    to: z.string().min(1, { error: "--to must name a folder." }).optional(),
    naming: z.enum(namings, { error: ({ input }) => `--naming must be camel or snake, not "${input}".` }),
    tables: z
      .array(
        z.string().refine((name) => tables.includes(name), {
          error: ({ input }) => `--tables knows ${tables.join(", ")}, not "${input}".`,
        }),
      )
      .optional(),
    csvSafe: z.boolean(),
    force: z.boolean().default(false),
  });

/** `unnest export`: the normalized model for other tools. */
export function addExport(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("export")
    .summary("write the normalized tables for other tools")
    .description("Writes the tables of a finished run, and the application's own that they refer to, for other tools.")
    .addOption(new Option("--format <format>", "what to write").makeOptionMandatory())
    .option("--to <folder>", "where to (default: export/<format> in the run directory)")
    .option("--naming <naming>", "camel: names as in Convex; snake: snake_case", "camel")
    .option("--tables <names>", "only these tables, with commas between them", (names, all: string[] = []) => [
      ...all,
      ...names.split(",").map((name) => name.trim()),
    ])
    .option("--no-csv-safe", "leave CSV cells that a spreadsheet takes for formulas as they are")
    .option("--force", "write into a folder that holds other files; those of the same names are replaced");
  options.addShowOptions(options.addResourceOptions(options.addDirectoryOption(command)));
  const titles = Object.entries(formats).map(([name, { title }]) => `  ${name.padEnd(10)} ${title}`);
  command.addHelpText("after", `\nFormats:\n${titles.join("\n")}`);
  command.action(async (given: unknown) => {
    settle(await exportTo(given, edge));
  });
}

async function exportTo(given: unknown, edge: Edge): Promise<Outcome> {
  const model = loadModel();
  const { out } = options.parseOptions(options.directoryOption, given);
  const show = options.parseOptions(options.showOptions, given);
  const resources = options.parseOptions(options.resourceOptions, given);
  const { progress } = edge.screen(show);
  const root = options.absolute(out);
  // A run without failed checks has a package; what they have proved is what the export promises.
  const needs = { root, stage: "package", scratch: true, ...resources };
  return await withRun(needs, async (run) => {
    const names = exportableTables(model, run.record.options.with).map(({ name }) => name);
    const { format, to, naming, tables, csvSafe, force } = options.parseOptions(flags(names), given);
    const folder = to === undefined ? join(runPaths(root).exports, format) : options.absolute(to);
    const request = { format, naming, only: tables ?? null, folder, force, options: { csvSafe } };
    const manifest = await exportRun(run, model, request, progress, edge.signal);
    const output = show.json
      ? `${jsonLine({ event: "export", folder, manifest })}\n`
      : show.quiet
        ? ""
        : renderExport(manifest, folder, edge.paint(show));
    return { output, failure: null };
  });
}
