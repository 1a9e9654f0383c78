import { SingleBar } from "cli-progress";
import type { CallFacts, ProgressUnit } from "../run/progress.js";
import { printable } from "./printable.js";
import { amount, type Screen, stageLine } from "./screen.js";

interface Running {
  readonly bar: SingleBar;
  readonly label: string;
  readonly total: number | undefined;
  readonly unit: ProgressUnit;
  done: number;
  facts: CallFacts | undefined;
}

/** A bar for what is under way and a line for what has ended: for a terminal with a person before it. */
export function barScreen(stream: NodeJS.WriteStream): Screen {
  let running: Running | null = null;

  const clear = (): void => {
    running?.bar.stop();
    running = null;
  };
  const line = (text: string): void => {
    running?.bar.stop();
    stream.write(`${text}\n`);
    if (running !== null) running.bar.start(...position(running));
  };
  return {
    progress: {
      start: (label, total, unit = "rows") => {
        clear();
        const format = total === undefined ? "{label}  {amount}" : "{label}  {bar} {percentage}%  {amount}";
        const bar = new SingleBar({ stream, format, clearOnComplete: true, hideCursor: true, barsize: 30 });
        running = { bar, label: printable(label), total, unit, done: 0, facts: undefined };
        bar.start(...position(running));
      },
      advance: (by, facts) => {
        if (running === null) return;
        running.done += by;
        running.facts = facts;
        const [, done, payload] = position(running);
        running.bar.update(done, payload);
      },
      note: (text) => line(`  ${printable(text)}`),
      finish: clear,
    },
    stage: (stage, kept) => line(stageLine(stage, kept)),
  };
}

/** Total, done and texts for the bar. One without a total is never drawn and must not count as complete. */
function position({ label, total, unit, done, facts }: Running): [number, number, { label: string; amount: string }] {
  const texts = { label, amount: amount(done, total, unit, facts) };
  return total === undefined ? [1, 0, texts] : [total, Math.min(done, total), texts];
}
