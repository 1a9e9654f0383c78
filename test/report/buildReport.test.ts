import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { Database } from "../../pipeline/db/database.js";
import { buildReport } from "../../pipeline/report/buildReport.js";

it("says what the stages left", async () => {
  const database = await Database.open(":memory:", { threads: 1, memoryLimit: 2 ** 28, spillDirectory: tmpdir() });
  await database.run(`
    CREATE SCHEMA meta; CREATE SCHEMA ledger; 
    CREATE TABLE meta.misfits AS SELECT * FROM (VALUES ('users', 'b', '/a/1', 'no name: .a[1]', 'both'), ('users', 'a', '/a/3', 'no name: .a[3]', 'both'),
      ('users', 'a', '/a/4', 'no name: .a[4]', 'both')) AS t("table", _id, path, reason, schemas);
    CREATE TABLE meta.existing AS SELECT * FROM (VALUES ('tags', 'x', 'equal'), ('tags', 'y', 'different'), ('tags', 'z', 'equal'))
      AS t("table", _id, state);
    CREATE TABLE meta.snapshot AS SELECT 'export.zip' AS path, 'abc' AS sha256, 4096::UBIGINT AS bytes;
    CREATE TABLE meta.tables AS SELECT * FROM (VALUES ('users', 2::UBIGINT), ('messages', 3::UBIGINT)) AS t(name, "rows");
    CREATE TABLE meta.accounting AS SELECT 'phase-1' AS phase, 'attachment' AS element, 'attachments' AS "table",
      4::BIGINT AS source, 1::BIGINT AS "rows", 1::BIGINT AS merged, 1::BIGINT AS rejected, 1::BIGINT AS kept, 0::BIGINT AS derived;
    CREATE TABLE ledger.entries AS SELECT * FROM (VALUES ('phase-1', 'unknown_field', 'kept', 'messages', 'm2'),
      ('phase-5', 'duplicate_tag', 'merged', 'notes', 'n1'), ('phase-1', 'unknown_field', 'kept', 'messages', 'm1'),
      ('phase-1', 'unknown_field', 'kept', 'messages', 'm2')) AS t(phase, code, kind, "table", documentId);
    CREATE TABLE meta.checks AS SELECT * FROM (VALUES
      ('keys', 'unique', 'mend', 'failed', 'error', 9::BIGINT, 2::BIGINT, '[{"table":"users","_id":"a","detail":"twice"}]'::JSON),
      ('sums', 'equal', 'report', 'notApplicable', 'error', 0::BIGINT, 0::BIGINT, '[]'::JSON)) AS t(name, rule, remedy, status, severity, covered, violations, sample);
    CREATE TABLE meta.figures AS SELECT * FROM (VALUES ('size', -45.5::DOUBLE, '%', '-40 %', true),
      ('users', 2::DOUBLE, 'rows', NULL, NULL)) AS t(name, value, unit, goal, met);
  `);
  const sizes = { tables: [], phases: [{ phase: "phase-1", moved: 3, rows: 2, made: 4 }] };
  const load = { name: "load", status: "done", rows: 5, bytes: 50, seconds: 1, peakBytes: 100 } as const;
  expect(await buildReport(database, [load], sizes)).toEqual({
    snapshot: { name: "export.zip", sha256: "abc", tables: 2, rows: 5, bytes: 4096 },
    stages: [load],
    accounting: [
      { phase: "phase-1", element: "attachment", source: 4, rows: 1, merged: 1, rejected: 1, kept: 1, derived: 0 },
    ],
    misfits: [{ table: "users", reason: "no name: .a[…]", schemas: "both", documents: 2, sample: ["a", "b"] }],
    existing: [{ table: "tags", equal: 2, different: 1, unmatched: 0 }],
    ledger: { duplicate_tag: 1, unknown_field: 3 },
    ledgerLines: [
      {
        ...{ phase: "phase-1", code: "unknown_field", kind: "kept", table: "messages", entries: 3, documents: 2 },
        sample: ["m1", "m2"],
      },
      {
        ...{ phase: "phase-5", code: "duplicate_tag", kind: "merged", table: "notes", entries: 1, documents: 1 },
        sample: ["n1"],
      },
    ],
    checks: [
      {
        name: "keys",
        rule: "unique",
        remedy: "mend",
        status: "failed",
        covered: 9,
        violations: 2,
        sample: [{ table: "users", _id: "a", detail: "twice" }],
      },
      { name: "sums", rule: "equal", remedy: "report", status: "notApplicable", covered: 0, violations: 0, sample: [] },
    ],
    figures: [
      { name: "size", value: -45.5, unit: "%", goal: "-40 %", met: true },
      { name: "users", value: 2, unit: "rows" },
    ],
    sizes,
  });
  database.close();
});
