/** How a stage says where it is. The terminal draws it, `--json` prints it, tests ignore it. */
export interface Progress {
  /** A stage, or a part of one, has started; `total` in `unit`s when it is known. */
  start(label: string, total?: number, unit?: "bytes" | "rows"): void;
  advance(amount: number): void;
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
