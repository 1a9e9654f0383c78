/** The process: arguments in, output and errors out, exit code. Nothing else prints or exits. */
import { createInterface } from "node:readline/promises";
import { pipeline } from "node:stream/promises";
import type { Edge, Outcome } from "./commands/edge.js";
import { runProgram } from "./commands/runProgram.js";
import { type ExitCode, UnnestError } from "./errors.js";
import { asUnnestError } from "./run/systemErrors.js";
import { barScreen } from "./terminal/barScreen.js";
import { jsonScreen } from "./terminal/jsonScreen.js";
import { lineScreen } from "./terminal/lineScreen.js";
import { colored, plain } from "./terminal/paint.js";
import { quietScreen } from "./terminal/quietScreen.js";
import { errorEvent, renderError } from "./terminal/renderError.js";

const { stdout, stderr } = process;
const args = process.argv.slice(2);
const interrupt = new AbortController();

// Everything a command writes belongs to its owner alone, DuckDB's files too.
process.umask(0o077);

/** The first Ctrl-C lets the step under way end and cleans up, the second ends at once. */
function stop(): void {
  if (interrupt.signal.aborted) process.exit(130);
  interrupt.abort();
  stderr.write("\nStopping after the step under way. Press Ctrl-C again to stop at once.\n");
}
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
/** A reader that has seen enough (`| head`) is no fault. */
function leave(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}
stdout.on("error", leave);

function mayColor(stream: NodeJS.WriteStream, wanted: boolean): boolean {
  return wanted && stream.isTTY && (process.env.NO_COLOR ?? "") === "" && process.env.TERM !== "dumb";
}

/** On standard error, so that output can go elsewhere; Ctrl-D is no answer. */
async function ask(question: string): Promise<string | null> {
  if (!process.stdin.isTTY || !stderr.isTTY) return null;
  const dialog = createInterface({ input: process.stdin, output: stderr });
  dialog.on("SIGINT", stop);
  const closed = new Promise<null>((resolve) => dialog.on("close", () => resolve(null)));
  try {
    const answer = await Promise.race([dialog.question(`${question} `, { signal: interrupt.signal }), closed]);
    if (answer === null) stderr.write("\n");
    return answer;
  } finally {
    dialog.close();
  }
}

const edge: Edge = {
  signal: interrupt.signal,
  environment: process.env,
  ask,
  width: Math.min(100, Math.max(80, stdout.columns ?? 100)),
  paint: ({ color }) => (mayColor(stdout, color) ? colored : plain),
  screen: ({ json, quiet }) => {
    if (quiet) return quietScreen;
    if (json) return jsonScreen((line) => stdout.write(`${line}\n`), Date.now);
    if (stderr.isTTY) return barScreen(stderr);
    return lineScreen((line) => stderr.write(`${line}\n`), Date.now);
  },
};

/** Prints what a command ended with. With `--json` the error comes first, so that a report is the last line. */
function print({ output, failure }: Pick<Outcome, "output" | "failure">): ExitCode {
  if (failure !== null && args.includes("--json")) stdout.write(errorEvent(failure));
  stdout.write(output);
  if (failure === null) return 0;
  stderr.write(renderError(failure, mayColor(stderr, !args.includes("--no-color")) ? colored : plain));
  return failure.exit;
}
process.on("uncaughtException", (error) => process.exit(print({ output: "", failure: asUnnestError(error) })));

/** Nothing is left that could go on, and the command has not come to its end: Node alone would leave without a word. */
function leaveUnsettled(): void {
  const failure = new UnnestError("INTERNAL", "The command stopped before its end: what it waited for never came.");
  process.exit(print({ output: "", failure }));
}
process.on("beforeExit", leaveUnsettled);

/**
 * Writes the pieces as fast as the reader takes them.
 *
 * @returns what went wrong while they were made, or null. A reader that leaves ends them too, so that what they hold open is closed.
 */
async function write(pieces: AsyncIterable<string | Uint8Array>): Promise<Outcome["failure"]> {
  stdout.off("error", leave);
  try {
    await pipeline(pieces, stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") return asUnnestError(error);
  }
  return null;
}

const { pieces, ...outcome } = await runProgram(args, edge);
process.exitCode = print(outcome);
if (pieces !== undefined) process.exitCode = print({ output: "", failure: await write(pieces) });
process.off("beforeExit", leaveUnsettled);
