import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Database } from "../../pipeline/db/database.js";
import { reportStage } from "../../pipeline/report/reportStage.js";
import { openDatabase } from "../../pipeline/run/openDatabase.js";
import { type RunPaths, runPaths } from "../../pipeline/run/paths.js";
import { silentProgress } from "../../pipeline/run/progress.js";
import { writeRecord } from "../../pipeline/run/record.js";
import { runFormat, toolVersion } from "../../pipeline/run/version.js";
import { emptyModel } from "../run/fakeRun.js";

let paths: RunPaths;
let database: Database;
const options = { snapshot: "export.zip", threads: 1, memoryLimit: 2 ** 28, strict: false, with: [] };
const load = { name: "load", status: "done", rows: 5, bytes: 50, seconds: 1, peakBytes: 100 } as const;
const later = { name: "report", status: "notRun", rows: 0, bytes: 0, seconds: 0, peakBytes: 0 } as const;

beforeEach(async () => {
  paths = runPaths(await mkdtemp(join(tmpdir(), "unnest-report-")));
  database = await openDatabase(paths, { ...options, readOnly: false });
  await writeRecord(paths.record, {
    format: runFormat,
    tool: toolVersion(),
    snapshot: { name: "export.zip", sha256: null },
    options: { strict: false, with: [] },
    stages: [load, later],
  });
});
afterEach(async () => {
  database.close();
  await rm(paths.root, { recursive: true });
});

async function written(): Promise<unknown> {
  const signal = new AbortController().signal;
  await reportStage.run({ paths, options, model: emptyModel, database, progress: silentProgress, signal });
  return JSON.parse(await readFile(paths.report, "utf8"));
}

it("writes what the stages left", async () => {
  await database.run(`
    CREATE SCHEMA meta; CREATE SCHEMA ledger;
    CREATE TABLE meta.snapshot AS SELECT 'export.zip' AS name, 'abc' AS sha256, 4096::UBIGINT AS bytes;
    CREATE TABLE meta.tables AS SELECT * FROM (VALUES ('users', 2::UBIGINT), ('messages', 3::UBIGINT)) AS t(name, "rows");
    CREATE TABLE meta.accounting AS SELECT 'phase-1' AS phase, 'attachment' AS element, 'attachments' AS "table",
      4::BIGINT AS source, 1::BIGINT AS "rows", 1::BIGINT AS merged, 1::BIGINT AS rejected, 1::BIGINT AS kept, 0::BIGINT AS derived;
    CREATE TABLE ledger.entries AS SELECT unnest(['unknown_field', 'duplicate_tag', 'unknown_field']) AS code;
    CREATE TABLE meta.checks AS SELECT * FROM (VALUES ('keys', 'failed', 2::BIGINT, '[{"table":"users","_id":"a","detail":"twice"}]'::JSON, 'error'),
      ('sums', 'passed', 0::BIGINT, '[]'::JSON, 'error')) AS t(name, status, violations, sample, severity);
    CREATE TABLE meta.figures AS SELECT * FROM (VALUES ('size', -45.5::DOUBLE, '%', '-40 %', true),
      ('users', 2::DOUBLE, 'rows', NULL, NULL)) AS t(name, value, unit, goal, met);
  `);
  const own = expect.objectContaining({ name: "report", status: "done", rows: 7 });
  expect(await written()).toEqual({
    snapshot: { name: "export.zip", sha256: "abc", tables: 2, rows: 5, bytes: 4096 },
    stages: [load, own],
    accounting: [
      { phase: "phase-1", element: "attachment", source: 4, rows: 1, merged: 1, rejected: 1, kept: 1, derived: 0 },
    ],
    ledger: { duplicate_tag: 1, unknown_field: 2 },
    checks: [
      { name: "keys", status: "failed", violations: 2, sample: [{ table: "users", _id: "a", detail: "twice" }] },
      { name: "sums", status: "passed", violations: 0, sample: [] },
    ],
    figures: [
      { name: "size", value: -45.5, unit: "%", goal: "-40 %", met: true },
      { name: "users", value: 2, unit: "rows" },
    ],
  });
  expect((await stat(paths.report)).mode & 0o777).toBe(0o600);
  expect(await readdir(paths.root)).not.toContain("report.json.partial");
});

it("says nothing about stages that left nothing", async () => {
  expect(await written()).toMatchObject({ accounting: [], ledger: {}, checks: [], figures: [] });
});
