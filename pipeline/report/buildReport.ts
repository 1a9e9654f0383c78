import type { Database, SqlRow } from "../db/database.js";
import { literal, qualified } from "../db/quote.js";
import type { StageRecord } from "../run/record.js";
import type { AccountingLine, CheckLine, Figure, Offender, Report } from "./report.js";

/** What a query says of a table of the run; nothing where the stage that makes the table has not run. */
async function rowsOf(
  database: Database,
  [schema, table]: readonly [string, string],
  query: (from: string) => string,
): Promise<SqlRow[]> {
  const there = await database.count(
    `SELECT count(*) FROM information_schema.tables WHERE table_schema = ${literal(schema)} AND table_name = ${literal(table)}`,
  );
  return there === 0 ? [] : await database.rows(query(qualified(schema, table)));
}

/** Puts together what the stages have left in the run's database, in the order in which they have left it. */
export async function buildReport(database: Database, stages: readonly StageRecord[]): Promise<Report> {
  const [snapshot] = await rowsOf(database, ["meta", "snapshot"], (from) => `SELECT name, sha256, bytes FROM ${from}`);
  const [tables] = await rowsOf(
    database,
    ["meta", "tables"],
    (from) => `SELECT count(*) AS tables, sum("rows") AS "rows" FROM ${from}`,
  );
  const accounting = await rowsOf(
    database,
    ["meta", "accounting"],
    (from) => `SELECT * FROM ${from} ORDER BY phase, rowid`,
  );
  const ledger = await rowsOf(
    database,
    ["ledger", "entries"],
    (from) => `SELECT code, count(*) AS entries FROM ${from} GROUP BY code ORDER BY code`,
  );
  const checks = await rowsOf(database, ["meta", "checks"], (from) => `SELECT * FROM ${from} ORDER BY rowid`);
  const figures = await rowsOf(database, ["meta", "figures"], (from) => `SELECT * FROM ${from} ORDER BY rowid`);
  return {
    snapshot: {
      name: String(snapshot?.name ?? ""),
      sha256: String(snapshot?.sha256 ?? ""),
      tables: Number(tables?.tables ?? 0),
      rows: Number(tables?.rows ?? 0),
      bytes: Number(snapshot?.bytes ?? 0),
    },
    stages,
    accounting: accounting.map(accountingLine),
    ledger: Object.fromEntries(ledger.map(({ code, entries }) => [String(code), Number(entries)])),
    checks: checks.map(checkLine),
    figures: figures.map(figure),
  };
}

function accountingLine(row: SqlRow): AccountingLine {
  const count = (column: keyof AccountingLine): number => Number(row[column] ?? 0);
  return {
    phase: String(row.phase),
    element: String(row.element),
    source: count("source"),
    rows: count("rows"),
    merged: count("merged"),
    rejected: count("rejected"),
    kept: count("kept"),
    derived: count("derived"),
  };
}

function checkLine({ name, status, violations, sample }: SqlRow): CheckLine {
  return {
    name: String(name),
    status: status === "failed" || status === "listed" ? status : "passed",
    violations: Number(violations),
    sample: JSON.parse(String(sample)) as Offender[],
  };
}

function figure({ name, value, unit, goal, met }: SqlRow): Figure {
  return {
    name: String(name),
    value: Number(value),
    unit: String(unit),
    ...(goal === null || goal === undefined ? {} : { goal: String(goal), met: met === true }),
  };
}
