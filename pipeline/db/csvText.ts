/**
 * Texts in CSV that a spreadsheet would take for a formula get one apostrophe in front: it shows them as text, and taking away one gives the
 * text back. One rule, spelled for DuckDB, which writes whole tables, and for JavaScript, which writes answers while they come.
 */
import { literal } from "./quote.js";

/**
 * Beginnings of a cell that a spreadsheet takes for a formula, or drops to find one behind them; the last four are the wide forms some
 * take for the narrow ones. The apostrophe is among them so that removing one always gives the text back.
 */
const formulaStart = "^[=+\\-@\\t\\r\\n'\uff1d\uff0b\uff0d\uff20]";
const formula = new RegExp(formulaStart, "u");

/** The text as a spreadsheet shows it. */
export function withoutFormula(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

/** The same of an SQL expression that is a VARCHAR. */
export function withoutFormulaSql(text: string): string {
  return `regexp_replace(${text}, ${literal(formulaStart)}, '''\\0')`;
}
