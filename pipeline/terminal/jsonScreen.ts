import type { ProgressUnit } from "../run/progress.js";
import { jsonLine } from "./printable.js";
import type { Screen } from "./screen.js";

/** `--json`: one event a line. A progress event at most once a second. */
export function jsonScreen(write: (line: string) => void, now: () => number): Screen {
  let label = "";
  let total: number | undefined;
  let unit: ProgressUnit = "rows";
  let done = 0;
  let last = 0;
  const event = (name: string, fields: object): void => write(jsonLine({ event: name, ...fields }));
  return {
    progress: {
      start: (newLabel, newTotal, newUnit = "rows") => {
        [label, total, unit, done, last] = [newLabel, newTotal, newUnit, 0, now()];
        event("start", { label, total, unit });
      },
      advance: (by, facts) => {
        done += by;
        if (now() - last < 1000) return;
        last = now();
        event("progress", { label, done, total, unit, ...facts });
      },
      note: (text) => event("note", { text }),
      finish: () => {},
    },
    stage: (stage, kept) => event("stage", { ...stage, kept }),
  };
}
