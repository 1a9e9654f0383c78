import { z } from "zod";
import { type ErrorPlace, UnnestError } from "../errors.js";
import { asUnnestError } from "../run/systemErrors.js";

/** An error of a sealed database; see `Database.seal`. */
const report = z.object({
  exception_type: z.string(),
  exception_message: z.string(),
  position: z.coerce.number().optional(),
});

/** Kinds of error that speak of the statement alone. Other messages may quote values of documents, and are not shown. */
const aboutStatement: ReadonlySet<string> = new Set(["Parser", "Binder", "Catalog"]);

/**
 * What DuckDB threw while it prepared or ran a statement, by name and with the place in the statement.
 *
 * @param prefix what stood before the statement when it was run
 */
export function queryFailure(error: unknown, sql: string, prefix = ""): UnnestError {
  const found = readReport(error);
  if (found === null) return asUnnestError(error);
  const { exception_type: kind, exception_message: message, position } = found;
  const place = placeIn(sql, position === undefined ? position : position - Buffer.byteLength(prefix));
  if (aboutStatement.has(kind)) return new UnnestError("QUERY_INVALID", oneSentence(message), place, { cause: error });
  if (kind === "Permission")
    return new UnnestError("QUERY_NOT_ALLOWED", "A query reads no files.", place, { cause: error });
  const known = asUnnestError(new Error(kind === "Out of Memory" ? `${kind} Error: ${message}` : message));
  if (known.code !== "INTERNAL") return known;
  const shown = `DuckDB stopped with an error of the kind ${JSON.stringify(kind)}.`;
  return new UnnestError("QUERY_FAILED", shown, place, { cause: error });
}

function readReport(error: unknown): z.infer<typeof report> | null {
  if (!(error instanceof Error)) return null;
  try {
    return report.parse(JSON.parse(error.message.slice(error.message.indexOf("{"))));
  } catch {
    return null;
  }
}

/** A place in a statement, both numbers from 1. @param position bytes from its start, as DuckDB counts */
export function placeIn(sql: string, position: number | undefined): ErrorPlace {
  if (position === undefined) return {};
  const before = Buffer.from(sql).subarray(0, position).toString().split("\n");
  return { line: before.length, column: Array.from(before.at(-1) ?? "").length + 1 };
}

/** DuckDB's words in one line: `syntax error at end of input` → `Syntax error at end of input.` */
export function oneSentence(text: string): string {
  const line = text.replace(/\s*\n\s*/g, " ").trim();
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.?!]$/.test(line) ? "" : "."}`;
}
