import type { UnnestError } from "../errors.js";
import type { Paint } from "../terminal/paint.js";
import type { Screen } from "../terminal/screen.js";

/** What the process gives a command; cli.ts makes it, tests give their own. */
export interface Edge {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Where progress shows. */
  screen(options: ShowOptions): Screen;
  /** For what is printed at the end. */
  paint(options: ShowOptions): Paint;
  /** The process's environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Asks the person at the terminal; null when there is none, or who is there gives no answer. */
  ask(question: string): Promise<string | null>;
  /** Columns of the terminal. */
  readonly width: number;
}

export interface ShowOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** What a command ends with; cli.ts prints both and exits. */
export interface Outcome {
  /** For standard output. */
  readonly output: string;
  /** What follows on standard output, made while it is written; what is thrown meanwhile is the command's failure. */
  readonly pieces?: AsyncIterable<string | Uint8Array>;
  /** Decides the exit code; null is 0. */
  readonly failure: UnnestError | null;
}

/** Takes a command's outcome out of commander's callbacks. */
export type Settle = (outcome: Outcome) => void;
