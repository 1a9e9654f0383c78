import type { ProgressUnit } from "../run/progress.js";
import { printable } from "./printable.js";
import { amount, type Screen, stageLine } from "./screen.js";

/** Lines for a log: one for each stage that ended, and one every few seconds meanwhile. */
export function lineScreen(write: (line: string) => void, now: () => number, everySeconds = 5): Screen {
  let label = "";
  let total: number | undefined;
  let unit: ProgressUnit = "rows";
  let done = 0;
  let last = 0;
  return {
    progress: {
      start: (newLabel, newTotal, newUnit = "rows") => {
        [label, total, unit, done, last] = [newLabel, newTotal, newUnit, 0, now()];
      },
      advance: (by, facts) => {
        done += by;
        if (now() - last < everySeconds * 1000) return;
        last = now();
        const share = total === undefined || total === 0 ? "" : ` ${Math.floor((100 * done) / total)} %,`;
        write(`${printable(label)}:${share} ${amount(done, total, unit, facts)}`);
      },
      note: (text) => write(printable(text)),
      finish: () => {},
    },
    stage: (stage, kept) => write(stageLine(stage, kept)),
  };
}
