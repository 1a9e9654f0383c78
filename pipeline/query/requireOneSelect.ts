import { z } from "zod";
import type { Database } from "../db/database.js";
import { literal } from "../db/quote.js";
import { UnnestError } from "../errors.js";
import { oneSentence, placeIn } from "./queryFailure.js";

/**
 * Functions in a FROM clause that only make or show rows. Others set options, write logs or profiles, read files or run a text as SQL:
 * the sealed database stops the worst of that, but they are functions of a SELECT, which no statement type tells from others.
 */
const allowedFunctions: ReadonlySet<string> = new Set([
  "range",
  "generate_series",
  "unnest",
  "repeat",
  "repeat_row",
  "json_each",
  "json_tree",
  "histogram",
  "histogram_values",
  "summary",
  "duckdb_schemas",
  "duckdb_tables",
  "duckdb_views",
  "duckdb_columns",
  "duckdb_types",
  "duckdb_functions",
  "pragma_table_info",
]);

/** What DuckDB's own parser says about a text. */
const parsed = z.union([
  z.object({ error: z.literal(false), statements: z.array(z.unknown()) }),
  z.object({
    error: z.literal(true),
    error_type: z.string(),
    error_message: z.string(),
    position: z.coerce.number().optional(),
  }),
]);

/**
 * Lets one SELECT pass, and what DuckDB takes as one (VALUES, FROM first, SHOW, DESCRIBE, SUMMARIZE). Throws QUERY_INVALID for a text that
 * is no SQL and QUERY_NOT_ALLOWED for other statements, for several or none, and for functions that reach beyond the tables.
 */
export async function requireOneSelect(database: Database, sql: string): Promise<void> {
  const text = await database.value<string>(`SELECT json_serialize_sql(${literal(sql)})`);
  const answer = parsed.parse(JSON.parse(text ?? "null"));
  if (answer.error) {
    if (answer.error_type === "not implemented")
      throw new UnnestError("QUERY_NOT_ALLOWED", "This statement does not only read.");
    throw new UnnestError("QUERY_INVALID", oneSentence(answer.error_message), placeIn(sql, answer.position));
  }
  if (answer.statements.length !== 1) {
    const found = answer.statements.length === 0 ? "is no statement" : `are ${answer.statements.length} statements`;
    throw new UnnestError("QUERY_NOT_ALLOWED", `There ${found} where one is wanted.`);
  }
  const refused = tableFunctions(answer.statements).find((name) => !allowedFunctions.has(name));
  if (refused !== undefined) {
    throw new UnnestError("QUERY_NOT_ALLOWED", `The function ${refused} reaches beyond the run's tables.`, {
      function: refused,
    });
  }
}

/** Names of all functions that stand where a table could, at any depth of the syntax tree. */
function tableFunctions(tree: unknown): string[] {
  const names: string[] = [];
  const waiting: unknown[] = [tree];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== "object" || node === null) continue;
    const read = tableFunction.safeParse(node);
    if (read.success) names.push(read.data.function.function_name.toLowerCase());
    waiting.push(...Object.values(node));
  }
  return names;
}

const tableFunction = z.object({
  type: z.literal("TABLE_FUNCTION"),
  function: z.object({ function_name: z.string() }),
});
