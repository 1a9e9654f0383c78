import type { Paint } from "../terminal/paint.js";
import { printableWithin } from "../terminal/printable.js";
import { formatCount } from "../terminal/quantities.js";
import { renderTable } from "../terminal/table.js";
import type { RehearsalsCompared } from "./compareRehearsals.js";
import { formatFigure } from "./renderRehearsal.js";

/** Two rehearsals side by side, for a person: only what differs. */
export function renderComparison(compared: RehearsalsCompared, paint: Paint): string {
  const { settings, verdicts, differences, same } = compared;
  const shown = (value: number | null, unit: Parameters<typeof formatFigure>[0]["unit"]): string =>
    value === null ? "—" : formatFigure({ value, unit });
  const right = (head: string) => ({ head, align: "right" as const });
  const table = renderTable(
    [{ head: "at" }, { head: "measured", wrapAt: 60 }, right("before"), right("now"), { head: "" }],
    [
      ...settings.map(({ name, before, after }) => [
        "",
        name,
        printableWithin(before, 14),
        printableWithin(after, 14),
        "",
      ]),
      ["", "verdict", verdicts.before, verdicts.after, ""],
      ...differences.map(({ step, name, before, after, unit, timed }) => [
        step,
        printableWithin(name, 60),
        shown(before, unit),
        shown(after, unit),
        timed ? paint("dim", "by time") : "",
      ]),
    ],
    paint,
  );
  return `${table}\n  ${formatCount(same)} figures are the same.\n`;
}
