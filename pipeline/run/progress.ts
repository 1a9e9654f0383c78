/** What amounts are counted in. */
export type ProgressUnit = "bytes" | "rows" | "documents";

/** What calls of a deployment have come to so far. */
export interface CallFacts {
  /** Sent. */
  readonly bytes: number;
  readonly bytesPerSecond: number;
  readonly retries: number;
  /** Calls that may be under way at once. */
  readonly concurrency: number;
  readonly secondsLeft: number;
}

/** How a stage says where it is. The terminal draws it, `--json` prints it, tests ignore it. */
export interface Progress {
  /** A stage, or a part of one, has started; `total` in `unit`s when it is known. */
  start(label: string, total?: number, unit?: ProgressUnit): void;
  advance(amount: number, facts?: CallFacts): void;
  /** A line worth keeping on the screen; ids and names only. */
  note(text: string): void;
  finish(): void;
}

export const silentProgress: Progress = {
  start: () => {},
  advance: () => {},
  note: () => {},
  finish: () => {},
};
