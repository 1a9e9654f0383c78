import { Command, CommanderError } from "commander";
import { UnnestError } from "../errors.js";
import { withoutKeys } from "../remote/adminKey.js";
import { asUnnestError } from "../run/systemErrors.js";
import { toolVersion } from "../run/version.js";
import { addAbort } from "./abort.js";
import { addCheck } from "./check.js";
import { addCleanup } from "./cleanup.js";
import { addDelta } from "./delta.js";
import type { Edge, Outcome } from "./edge.js";
import { addGenerate } from "./generate.js";
import { addImport } from "./import.js";
import { addInspect } from "./inspect.js";
import { addRebuild } from "./rebuild.js";
import { addRehearse } from "./rehearse.js";
import { addRun } from "./run.js";
import { addSample } from "./sample.js";
import { addStatus } from "./status.js";
import { addSwitch } from "./switch.js";
import { addTrace } from "./trace.js";
import { addVerify } from "./verify.js";

/** Arguments → outcome. Never throws: what goes wrong is the outcome's failure. */
export async function runProgram(args: readonly string[], edge: Edge): Promise<Outcome> {
  let outcome: Outcome = { output: "", failure: null };
  let help = "";
  const program = new Command("unnest")
    .description("Migrates a live Convex application from nested documents to normalized tables.")
    .version(toolVersion())
    .exitOverride()
    .configureOutput({ writeOut: (text) => (help += text), writeErr: () => {}, getOutHelpWidth: () => edge.width });
  for (const add of [
    addInspect,
    addRun,
    addCheck,
    addTrace,
    addImport,
    addDelta,
    addStatus,
    addVerify,
    addSwitch,
    addCleanup,
    addAbort,
    addRebuild,
    addRehearse,
    addGenerate,
    addSample,
  ]) {
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
  const text = withoutKeys(message)
    .replace(/^error: /, "")
    .replaceAll("\n", " ")
    .trim();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?)]$/.test(text) ? "" : "."}`;
}
