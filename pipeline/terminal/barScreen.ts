import { MultiBar, type SingleBar } from "cli-progress";
import { printable } from "./printable.js";
import { amount, type Screen, stageLine } from "./screen.js";

interface Running {
  readonly bars: MultiBar;
  readonly bar: SingleBar;
  readonly total: number | undefined;
  readonly unit: "bytes" | "rows";
  done: number;
}

/** A bar for what is under way and a line for what has ended: for a terminal with a person before it. */
export function barScreen(stream: NodeJS.WriteStream): Screen {
  let running: Running | null = null;

  const clear = (): void => {
    running?.bars.stop();
    running = null;
  };
  const line = (text: string): void => {
    if (running === null) stream.write(`${text}\n`);
    else running.bars.log(`${text}\n`);
  };
  return {
    progress: {
      start: (label, total, unit = "rows") => {
        clear();
        const format = total === undefined ? "{label}  {amount}" : "{label}  {bar} {percentage}%  {amount}";
        const bars = new MultiBar({
          stream,
          format,
          clearOnComplete: true,
          hideCursor: true,
          barsize: 30,
          noTTYOutput: false,
        });
        const bar = bars.create(total ?? 1, 0, { label: printable(label), amount: total === undefined ? "…" : "" });
        running = { bars, bar, total, unit, done: 0 };
      },
      advance: (by) => {
        if (running === null) return;
        running.done += by;
        const text = { amount: amount(running.done, running.total, running.unit) };
        // Without a total the bar is not drawn; it must not count as complete either.
        running.bar.update(running.total === undefined ? 0 : Math.min(running.done, running.total), text);
      },
      note: (text) => line(`  ${printable(text)}`),
      finish: clear,
    },
    stage: (stage, kept) => line(stageLine(stage, kept)),
  };
}
