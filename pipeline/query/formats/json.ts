import type { Cell, ResultStream, ResultType } from "../../db/resultStream.js";
import { jsonLine } from "../../terminal/printable.js";
import { isInteger } from "./cellText.js";

/** One object a row, one line each. Integers that a double holds are numbers, larger ones and decimals texts; so are NaN and infinities. */
export async function* jsonLines({ columns, batches }: ResultStream): AsyncGenerator<string> {
  for await (const rows of batches)
    yield rows
      .map((row) => {
        const fields = columns.map(({ name, type }, index) => [name, jsonCell(row[index] ?? null, type)]);
        return `${jsonLine(Object.fromEntries(fields))}\n`;
      })
      .join("");
}

function jsonCell(cell: Cell, type: ResultType): Cell {
  if (typeof cell !== "string" || !isInteger(type)) return cell;
  return Number.isSafeInteger(Number(cell)) ? Number(cell) : cell;
}
