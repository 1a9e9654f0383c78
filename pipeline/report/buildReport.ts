import type { Database, SqlRow } from "../db/database.js";
import type { StageRecord } from "../run/record.js";
import { readLedgerLines } from "./readLedgerLines.js";
import type { AccountingLine, CheckLine, ExistingLine, Figure, Offender, Report } from "./report.js";

/** Ids that stand for many. */
const sampleSize = 10;

/** By table and reason; which element of an array it is, or which id was found there, makes no other reason. */
const misfitGroups = `
  SELECT "table", regexp_replace(regexp_replace(reason, '"[0-9a-z]{31,37}"', '"…"', 'g'), '\\[[0-9]+\\]', '[…]', 'g') AS reason, schemas,
    count(DISTINCT _id) AS documents, to_json(list_sort(list_distinct(list(_id)))[:${sampleSize}]) AS sample
  FROM meta.misfits GROUP BY ALL ORDER BY documents DESC, "table", reason`;

/** Puts together what the stages have left in the run's database, in the order in which they have left it. */
export async function buildReport(
  database: Database,
  stages: readonly StageRecord[],
  sizes: Report["sizes"],
): Promise<Report> {
  const [snapshot] = await database.rows("SELECT path AS name, sha256, bytes FROM meta.snapshot");
  const [tables] = await database.rows('SELECT count(*) AS tables, sum("rows") AS "rows" FROM meta.tables');
  const accounting = await database.rows("SELECT * FROM meta.accounting ORDER BY phase, rowid");
  const ledger = await database.rows(
    "SELECT code, count(*) AS entries FROM ledger.entries GROUP BY code ORDER BY code",
  );
  const misfits = await database.rows(misfitGroups);
  const existing = await existingRows(database);
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
    misfits: misfits.map(({ table, reason, schemas, documents, sample }) => ({
      table: String(table),
      reason: String(reason),
      schemas: schemas === "old" ? "old" : "both",
      documents: Number(documents),
      sample: JSON.parse(String(sample)) as string[],
    })),
    existing,
    ledger: Object.fromEntries(ledger.map(({ code, entries }) => [String(code), Number(entries)])),
    ledgerLines: await readLedgerLines(database, sampleSize),
    checks: checks.map(checkLine),
    figures: figures.map(figure),
    sizes,
  };
}

/** None where the run ended before the package, which is what compares them. */
async function existingRows(database: Database): Promise<ExistingLine[]> {
  const compared = await database.count(
    "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'meta' AND table_name = 'existing'",
  );
  if (compared === 0) return [];
  const count = (state: string): string => `count(*) FILTER (WHERE state = '${state}') AS ${state}`;
  const rows = await database.rows(
    `SELECT "table", ${["equal", "different", "unmatched"].map(count).join(", ")} FROM meta.existing GROUP BY "table" ORDER BY "table"`,
  );
  return rows.map(({ table, equal, different, unmatched }) => ({
    table: String(table),
    equal: Number(equal),
    different: Number(different),
    unmatched: Number(unmatched),
  }));
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

function checkLine({ name, rule, remedy, status, covered, violations, sample }: SqlRow): CheckLine {
  return {
    name: String(name),
    rule: String(rule),
    remedy: String(remedy),
    status: status === "failed" || status === "listed" || status === "notApplicable" ? status : "passed",
    covered: Number(covered),
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
