import type { Cell, ResultStream } from "../../db/resultStream.js";
import type { Paint } from "../../terminal/paint.js";
import { printable, printableWithin } from "../../terminal/printable.js";
import { formatCount } from "../../terminal/quantities.js";
import { renderTable } from "../../terminal/table.js";
import { cellText, isNumber } from "./cellText.js";

export interface TableShape {
  /** Rows that are shown; of more a line tells. */
  readonly rows: number;
  /** Columns of the terminal. Where the table is wider, a value gets its share of them, at least. */
  readonly width: number;
  readonly paint: Paint;
}

/** A cell is never cut shorter than this. */
const leastWidth = 24;

/** Characters at which cells are cut: not at all where the whole table fits. */
function mostCharacters(lines: readonly (readonly string[])[], width: number): number {
  const columns = lines[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, index) => {
    return lines.reduce((widest, line) => Math.max(widest, line[index]?.length ?? 0), 0);
  });
  const whole = widths.reduce((sum, one) => sum + one + 2, 0);
  return whole <= width ? width : Math.max(leastWidth, Math.floor(width / columns) - 2);
}

/** A table for people; holds no more rows than it shows. */
export async function* tableText({ columns, batches }: ResultStream, shape: TableShape): AsyncGenerator<string> {
  const { rows, isCut } = await firstRows(batches, shape.rows);
  const full = rows.map((row) => row.map((cell) => (cell === null ? "" : printable(cellText(cell)))));
  const heads = columns.map(({ name }) => printable(name));
  const most = mostCharacters([heads, ...full], shape.width);
  if (columns.length > 0) {
    const table = renderTable(
      columns.map(({ type }, index) => ({
        head: printableWithin(heads[index] ?? "", most),
        align: isNumber(type) ? "right" : "left",
      })),
      full.map((row) => row.map((text) => printableWithin(text, most))),
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
