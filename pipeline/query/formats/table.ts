import type { Cell, ResultStream } from "../../db/database.js";
import type { Paint } from "../../terminal/paint.js";
import { printableWithin } from "../../terminal/printable.js";
import { formatCount } from "../../terminal/quantities.js";
import { renderTable } from "../../terminal/table.js";
import { cellText, isNumber } from "./cellText.js";

export interface TableShape {
  /** Rows that are shown; of more a line tells. */
  readonly rows: number;
  /** Columns of the terminal; a wide value gets its share of them, at least. */
  readonly width: number;
  readonly paint: Paint;
}

/** Least characters of a cell before it is cut. */
const leastWidth = 24;

/** A table for people; holds no more rows than it shows. */
export async function* tableText({ columns, batches }: ResultStream, shape: TableShape): AsyncGenerator<string> {
  const { rows, isCut } = await firstRows(batches, shape.rows);
  const widest = Math.max(leastWidth, Math.floor(shape.width / Math.max(1, columns.length)) - 2);
  const numeric = columns.map(({ type }) => isNumber(type));
  const text = (cell: Cell): string => (cell === null ? "" : printableWithin(cellText(cell), widest));
  if (columns.length > 0) {
    const heads = columns.map(({ name }, index) => ({
      head: printableWithin(name, widest),
      align: numeric[index] === true ? ("right" as const) : ("left" as const),
    }));
    const table = renderTable(
      heads,
      rows.map((row) => row.map(text)),
      shape.paint,
    );
    yield `${table}\n`;
  }
  yield isCut
    ? `  … more rows than these ${formatCount(rows.length)}: --rows <number> shows more, --format csv all.\n`
    : `  ${formatCount(rows.length)} ${rows.length === 1 ? "row" : "rows"}\n`;
}

async function firstRows(
  batches: ResultStream["batches"],
  most: number,
): Promise<{ rows: readonly (readonly Cell[])[]; isCut: boolean }> {
  const rows: (readonly Cell[])[] = [];
  for await (const batch of batches) {
    rows.push(...batch);
    if (rows.length > most) return { rows: rows.slice(0, most), isCut: true };
  }
  return { rows, isCut: false };
}
