/** What workers write and DuckDB reads back: every value comes back as it was. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Value } from "convex/values";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { Database } from "../../pipeline/db/database.js";
import { valueJson } from "../../pipeline/model/rawColumns.js";
import { ingest } from "../../pipeline/parts/ingest.js";
import { Outputs, type RelationColumn } from "../../pipeline/parts/outputs.js";

const columns: readonly RelationColumn[] = [
  { name: "row", sqlType: "DOUBLE" },
  { name: "text", sqlType: "VARCHAR" },
  { name: "number", sqlType: "DOUBLE" },
  { name: "flag", sqlType: "BOOLEAN" },
  { name: "any", sqlType: "JSON" },
  { name: "odd name.of", sqlType: "VARCHAR" },
];

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-outputs-"));
  database = await Database.open(":memory:", { threads: 1, memoryLimit: 1 << 28, spillDirectory: folder });
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

type Row = Record<string, Value | undefined>;

async function throughDuckDB(rows: readonly Row[]): Promise<Row[]> {
  const outputs = new Outputs(folder, "worker", () => columns);
  rows.forEach((row, index) => {
    outputs.write("main.target", { ...row, row: index });
  });
  const files = Object.values(outputs.close());
  const declared = columns.map(({ name, sqlType }) => `"${name}" ${sqlType}`).join(", ");
  await database.run(`CREATE OR REPLACE TABLE target (${declared})`);
  await ingest(database, "main", "target", columns, files);
  const back: Row[] = rows.map(() => ({}));
  for (const { name, sqlType } of columns.slice(1)) {
    const stored = await database.rows<{ value: string | null }>(
      `SELECT ${valueJson(sqlType, `"${name}"`)} AS value FROM target ORDER BY row`,
    );
    stored.forEach(({ value }, index) => {
      const row = back[index];
      if (value !== null && row !== undefined) row[name] = decodeValue(value);
    });
  }
  return back;
}

test("values of every type come back, JSON null and an absent value told apart", async () => {
  const rows: Row[] = [
    { text: "", number: -0.5, flag: false, any: null, "odd name.of": "x" },
    { text: 'quote " back \\ line \n nul \u0000 \u2028 \u{1f680}', number: 1e21, flag: true, any: 3n },
    { number: Number.NaN, any: [null, { a: null }] },
    { number: Number.POSITIVE_INFINITY, any: Number.NaN },
    { number: Number.NEGATIVE_INFINITY, any: new Uint8Array([0, 255]).buffer },
    { text: "NaN", any: "null" },
    {},
  ];
  expect(await throughDuckDB(rows)).toEqual(rows);
});

test("numbers keep all their digits", async () => {
  const numbers = fc.sample(fc.double({ noNaN: true }), { numRuns: 300, seed: 7 }).map((number) => number + 0);
  const rows = numbers.map((number): Row => ({ number, any: [number] }));
  expect(await throughDuckDB(rows)).toEqual(rows);
});

test("texts keep all their letters", async () => {
  const texts = fc.sample(fc.string({ unit: "grapheme" }), { numRuns: 300, seed: 7 });
  const rows = texts.map((text): Row => ({ text, any: { text } }));
  expect(await throughDuckDB(rows)).toEqual(rows);
});
