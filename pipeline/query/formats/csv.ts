import { withoutFormula } from "../../db/csvText.js";
import type { Cell, ResultStream, ResultType } from "../../db/resultStream.js";
import { printableText } from "../../terminal/printable.js";
import { cellText, isNumber } from "./cellText.js";

/**
 * RFC 4180 with a header line, lines ended by LF. NULL is an empty field, an empty text a quoted one.
 *
 * A text that a spreadsheet would take for a formula gets an apostrophe before it, as in an export, and what a terminal would obey becomes U+FFFD.
 * @param verbatim texts as they are instead
 */
export async function* csvLines(
  { columns, batches }: ResultStream,
  { verbatim }: { readonly verbatim: boolean },
): AsyncGenerator<string> {
  const safe = verbatim ? (text: string) => text : (text: string) => withoutFormula(printableText(text));
  yield `${columns.map(({ name }) => quoted(safe(name))).join(",")}\n`;
  const types = columns.map(({ type }) => type);
  for await (const rows of batches)
    yield rows.map((row) => `${row.map((cell, index) => field(cell, types[index], safe)).join(",")}\n`).join("");
}

function field(cell: Cell, type: ResultType | undefined, safe: (text: string) => string): string {
  if (cell === null) return "";
  const text = cellText(cell);
  // Of a number nothing can be a formula, and its minus is its own.
  return type !== undefined && isNumber(type) ? text : quoted(safe(text));
}

function quoted(text: string): string {
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
