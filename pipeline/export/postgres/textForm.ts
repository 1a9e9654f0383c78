/**
 * Values as PostgreSQL's `COPY … (FORMAT text)` reads them.
 *
 * PostgreSQL holds every text of Unicode but U+0000. So that no value is lost and no two become one, U+0000 is written as U+2400 (␀), and
 * where ␀ or ␛ (U+241B) stands in a text itself, ␛ comes before it: reading left to right, ␛x is x, and ␀ alone is U+0000.
 */
import { identifier } from "../../db/quote.js";
import type { ExportColumn } from "../exportTables.js";

const nul = "chr(0)";
const nulMark = "'\u2400'";
const escapeMark = "'\u241b'";

const replaced = (text: string, ...pairs: readonly (readonly [from: string, to: string])[]): string =>
  pairs.reduce((inner, [from, to]) => `replace(${inner}, ${from}, ${to})`, text);

const marks: readonly (readonly [string, string])[] = [
  [escapeMark, `${escapeMark} || ${escapeMark}`],
  [nulMark, `${escapeMark} || ${nulMark}`],
];

/** Condition: there may be something to escape. */
function mayNeedEscape({ field, sqlType }: ExportColumn): string {
  if (sqlType !== "VARCHAR" && sqlType !== "JSON") return "false";
  const text = `CAST(${identifier(field)} AS VARCHAR)`;
  // A JSON text may spell them too; where another letter of that block is meant, or a backslash before it, it only goes the longer way.
  const signs = [nul, nulMark, escapeMark, ...(sqlType === "JSON" ? ["'\\u0000'", "'\\u24'"] : [])];
  return `coalesce(${signs.map((sign) => `contains(${text}, ${sign})`).join(" OR ")}, false)`;
}

/** The column's text without U+0000. */
export function heldText(column: ExportColumn): string {
  const text = `CAST(${identifier(column.field)} AS VARCHAR)`;
  if (column.sqlType !== "VARCHAR" && column.sqlType !== "JSON") return text;
  // Escaped backslashes are put out of the way first (no JSON text holds U+0001 as it is), so that what looks like \u0000 is it.
  const escaped =
    column.sqlType === "VARCHAR"
      ? replaced(text, ...marks, [nul, nulMark])
      : replaced(
          text,
          ["'\\\\'", "chr(1)"],
          ["'\\u2400'", nulMark],
          ["'\\u241b'", escapeMark],
          ["'\\u241B'", escapeMark],
          ...marks,
          ["'\\u0000'", nulMark],
          ["chr(1)", "'\\\\'"],
        );
  return `CASE WHEN ${mayNeedEscape(column)} THEN ${escaped} ELSE ${text} END`;
}

/** Condition: the column's value has another spelling in PostgreSQL. */
export function isEscaped(column: ExportColumn): string {
  return `${heldText(column)} <> CAST(${identifier(column.field)} AS VARCHAR)`;
}

/** The column as a field of a `COPY` line. */
export function copyField(column: ExportColumn): string {
  const held = heldText(column);
  const field =
    column.sqlType === "VARCHAR" || column.sqlType === "JSON"
      ? replaced(held, ["'\\'", "'\\\\'"], ["chr(10)", "'\\n'"], ["chr(13)", "'\\r'"], ["chr(9)", "'\\t'"])
      : held;
  return `coalesce(${field}, '\\N')`;
}
