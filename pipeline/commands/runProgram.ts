import { Command, CommanderError } from "commander";
import { UnnestError } from "../errors.js";
import { asUnnestError } from "../run/systemErrors.js";
import { toolVersion } from "../run/version.js";
import { addCheck } from "./check.js";
import type { Edge, Outcome } from "./edge.js";
import { addGenerate } from "./generate.js";
import { addInspect } from "./inspect.js";
import { addQuery } from "./query.js";
import { addReport } from "./report.js";
import { addRun } from "./run.js";
import { addTrace } from "./trace.js";

/** Arguments → outcome. Never throws: what goes wrong is the outcome's failure. */
export async function runProgram(args: readonly string[], edge: Edge): Promise<Outcome> {
  let outcome: Outcome = { output: "", failure: null };
  let help = "";
  const program = new Command("unnest")
    .description("Migrates a live Convex application from nested documents to normalized tables.")
    .version(toolVersion())
    .exitOverride()
    .configureOutput({ writeOut: (text) => (help += text), writeErr: () => {}, getOutHelpWidth: () => edge.width });
  for (const add of [addInspect, addRun, addCheck, addTrace, addReport, addQuery, addGenerate]) {
    add(program, edge, (settled) => {
      outcome = settled;
    });
  }
  try {
    if (args.length === 0)
      return { output: program.helpInformation(), failure: new UnnestError("USAGE", "No command was given.") };
    await program.parseAsync(args, { from: "user" });
    return outcome;
  } catch (error) {
    if (!(error instanceof CommanderError)) return { output: "", failure: asUnnestError(error) };
    if (error.exitCode === 0) return { output: help, failure: null };
    return { output: "", failure: new UnnestError("USAGE", usageMessage(error)) };
  }
}

/** commander's message as a sentence: `error: unknown option '--x'` → `Unknown option '--x'.` */
function usageMessage({ message }: CommanderError): string {
  const text = message
    .replace(/^error: /, "")
    .replaceAll("\n", " ")
    .trim();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?)]$/.test(text) ? "" : "."}`;
}
