import { literal } from "../../db/quote.js";

/** A check that is made from the model alone. */
export interface GeneratedCheck {
  readonly name: string;
  /** What must hold. */
  readonly rule: string;
  /** What goes wrong where it does not. */
  readonly why: string;
  /** What the operator does about an offender. */
  readonly remedy: string;
  /** `source`: a finding about the snapshot, which fails a run only under `--strict`. */
  readonly severity: "error" | "source";
  /** A query that gives the offending rows: `"table" VARCHAR, _id VARCHAR, detail VARCHAR`. Details name columns and ids, never other values. */
  readonly sql: string;
  /** A query that counts what the check looks at: rows, or values of references. */
  readonly covers: string;
}

/** Counts the rows of these tables. */
export function rowsOf(relations: readonly string[]): string {
  const counts = relations.map((relation) => `(SELECT count(*) FROM ${relation})`);
  return `SELECT ${counts.length === 0 ? "0" : counts.join(" + ")}`;
}

const none = `SELECT NULL::VARCHAR AS "table", NULL::VARCHAR AS _id, NULL::VARCHAR AS detail WHERE false`;

/** All offenders of several queries; a query without offenders where there is none. */
export function unionAll(queries: readonly string[]): string {
  return queries.length === 0 ? none : queries.join("\nUNION ALL\n");
}

/** A query of offenders in one relation. */
export function offenders(table: string, detail: string, from: string): string {
  return `SELECT ${literal(table)} AS "table", _id, ${detail} AS detail ${from}`;
}

/** Names of the columns for which a condition holds, as one text: `a, b`. */
export function namesWhere(conditions: readonly (readonly [name: string, condition: string])[]): string {
  return `concat_ws(', ', ${conditions.map(([name, condition]) => `CASE WHEN ${condition} THEN ${literal(name)} END`).join(", ")})`;
}
