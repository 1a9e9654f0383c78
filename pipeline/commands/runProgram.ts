import { Command, CommanderError } from "commander";
import { UnnestError } from "../errors.js";
import { withoutKeys } from "../remote/adminKey.js";
import { asUnnestError } from "../run/systemErrors.js";
import { toolVersion } from "../run/version.js";
import type { Edge, Outcome, Settle } from "./edge.js";

type Add = (program: Command, edge: Edge, settle: Settle) => void;

/** The commands by their names, in the order of the help. Each brings its own machinery, which takes longer to load than many a call. */
const commands: Readonly<Record<string, () => Promise<Add>>> = {
  inspect: async () => (await import("./inspect.js")).addInspect,
  run: async () => (await import("./run.js")).addRun,
  check: async () => (await import("./check.js")).addCheck,
  trace: async () => (await import("./trace.js")).addTrace,
  report: async () => (await import("./report.js")).addReport,
  query: async () => (await import("./query.js")).addQuery,
  export: async () => (await import("./export.js")).addExport,
  import: async () => (await import("./import.js")).addImport,
  delta: async () => (await import("./delta.js")).addDelta,
  status: async () => (await import("./status.js")).addStatus,
  verify: async () => (await import("./verify.js")).addVerify,
  switch: async () => (await import("./switch.js")).addSwitch,
  cleanup: async () => (await import("./cleanup.js")).addCleanup,
  abort: async () => (await import("./abort.js")).addAbort,
  rebuild: async () => (await import("./rebuild.js")).addRebuild,
  rehearse: async () => (await import("./rehearse.js")).addRehearse,
  generate: async () => (await import("./generate.js")).addGenerate,
  sample: async () => (await import("./sample.js")).addSample,
};

/** The command that is named first; of a name that none has, and for the help, all of them. */
function loadersFor([name = ""]: readonly string[]): readonly (() => Promise<Add>)[] {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return load === undefined ? Object.values(commands) : [load];
}

/**
 * The program with the command that the arguments name, or with all.
 * @param args arguments of the process; empty for all commands
 * @param writeOut takes the help
 */
export async function loadProgram(
  args: readonly string[],
  edge: Edge,
  settle: Settle,
  writeOut: (text: string) => void,
): Promise<Command> {
  const program = new Command("unnest")
    .description("Migrates a live Convex application from nested documents to normalized tables.")
    .version(toolVersion())
    .exitOverride()
    .configureOutput({ writeOut, writeErr: () => {}, getOutHelpWidth: () => edge.width });
  for (const load of loadersFor(args)) (await load())(program, edge, settle);
  return program;
}

/** Arguments → outcome. Never throws: what goes wrong is the outcome's failure. */
export async function runProgram(args: readonly string[], edge: Edge): Promise<Outcome> {
  let outcome: Outcome = { output: "", failure: null };
  let help = "";
  const settle: Settle = (settled) => {
    outcome = settled;
  };
  const program = await loadProgram(args, edge, settle, (text) => {
    help += text;
  });
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
