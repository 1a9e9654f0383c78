import type { Database, SqlRow } from "../db/database.js";
import type { StageRecord } from "../run/record.js";
import type { AccountingLine, CheckLine, Figure, Offender, Report } from "./report.js";

/** Puts together what the stages have left in the run's database, in the order in which they have left it. */
export async function buildReport(database: Database, stages: readonly StageRecord[]): Promise<Report> {
  const [snapshot] = await database.rows("SELECT path AS name, sha256, bytes FROM meta.snapshot");
  const [tables] = await database.rows('SELECT count(*) AS tables, sum("rows") AS "rows" FROM meta.tables');
  const accounting = await database.rows("SELECT * FROM meta.accounting ORDER BY phase, rowid");
  const ledger = await database.rows(
    "SELECT code, count(*) AS entries FROM ledger.entries GROUP BY code ORDER BY code",
  );
  const checks = await database.rows("SELECT * FROM meta.checks ORDER BY rowid");
  const figures = await database.rows("SELECT * FROM meta.figures ORDER BY rowid");
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
