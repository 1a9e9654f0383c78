import type { Paint } from "../terminal/paint.js";
import { printable, printableWithin } from "../terminal/printable.js";
import { renderTable, type TableColumn } from "../terminal/table.js";

export interface FittedColumn extends TableColumn {
  /** Where a text is cut when the table is too wide for the terminal; other columns are not cut. */
  readonly cut?: "middle" | "end";
}

export interface Cell {
  readonly text: string;
  readonly style?: Parameters<Paint>[0];
}

const indent = 2;
const gap = 2;

/** A table that fits `width`: its flexible columns share what the others leave, and text from outside is made harmless. */
export function fittedTable(
  columns: readonly FittedColumn[],
  rows: readonly (readonly Cell[])[],
  width: number,
  paint: Paint,
): string {
  if (rows.length === 0) return "  none";
  const wanted = columns.map(({ head }, index) =>
    Math.max(head.length, ...rows.map((row) => Array.from(row[index]?.text ?? "").length)),
  );
  const widths = shrink(columns, wanted, width);
  const cells = rows.map((row) =>
    row.map(({ text, style }, index) => {
      const room = widths[index] ?? 0;
      const fitted = columns[index]?.cut === "middle" ? cutInTheMiddle(text, room) : printableWithin(text, room);
      return style === undefined ? fitted : paint(style, fitted);
    }),
  );
  return renderTable(columns, cells, paint);
}

/** Takes what is too much from the widest of the columns that may be cut, one after the other. */
function shrink(columns: readonly FittedColumn[], wanted: readonly number[], width: number): readonly number[] {
  const widths = wanted.map((each) => Math.min(each, width));
  const cuttable = [...columns.keys()].filter((index) => columns[index]?.cut !== undefined);
  let excess = widths.reduce((sum, each) => sum + each + gap, indent - gap) - width;
  while (excess > 0) {
    const [widest] = cuttable.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    if (widest === undefined || (widths[widest] ?? 0) <= 1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}

/** The beginning and the end of a path say most: `messages.provide…er.usage`. */
function cutInTheMiddle(text: string, room: number): string {
  const characters = Array.from(printable(text));
  if (characters.length <= room) return characters.join("");
  const end = Math.floor((room - 1) / 2);
  return `${characters.slice(0, room - 1 - end).join("")}…${characters.slice(characters.length - end).join("")}`;
}
