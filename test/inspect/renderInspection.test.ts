import { describe, expect, test } from "vitest";
import type { Inspection, TableInspection } from "../../pipeline/inspect/inspection.js";
import { renderInspection } from "../../pipeline/inspect/renderInspection.js";
import { idOf, inspectFolder, line } from "./exportFolder.js";

const plainly = { color: false, width: 100 };

const empty: Inspection = {
  snapshot: { name: "x.zip", kind: "zip", bytes: 1000, tables: 0, rows: 0, documentBytes: 0 },
  tables: [],
  candidates: [],
  references: [],
  storage: { listed: false, files: 0, bytes: 0 },
};

test("a small export as a person sees it", async () => {
  const inspection = await inspectFolder({
    "_tables/documents.jsonl": '{"name":"users","id":10001}\n{"name":"posts","id":10002}\n',
    "users/documents.jsonl": line(10001, 1, '"name":"Ada"'),
    "posts/documents.jsonl":
      line(10002, 1, `"by":"${idOf(10001, 1)}","tags":["a","b"]`) + line(10002, 2, `"by":"${idOf(10001, 2)}"`),
  });
  const [, ...lines] = renderInspection(inspection, plainly).split("\n");
  expect(lines.join("\n")).toBe(`folder of 391 B · 2 tables · 3 documents, 335 B of JSON · no file storage in it

Tables
  table  rows  bytes   mean  longest  number  encoding
  posts     2  247 B  123 B    131 B   10002  plain
  users     1   88 B   87 B     87 B   10001  plain

Nested fields, candidates for tables of their own
  field       share  bytes  non-empty  mean  most  holds
  posts.tags    4 %    9 B          1   2.0     2  string

References, found by decoding ids
  from      to       ids  distinct  dangling  no id
  posts.by  → users    2         2  1 (50 %)      0

Fields of posts
  field   in documents  bytes  values
  by             100 %   68 B  id
  tags            50 %    9 B  array
  tags[]          50 %    6 B  string

Fields of users
  field  in documents  bytes  values
  name          100 %    5 B  string
`);
});

describe("text from outside", () => {
  const hostile = "\u001b[2J\u202e\u0007\u2028evil";
  const table: TableInspection = {
    table: `_components/${hostile}/users`,
    component: hostile,
    number: 10001,
    encoding: "uniform",
    rows: 2,
    bytes: 100,
    meanDocumentBytes: 49,
    maxDocumentBytes: 60,
    fields: [{ path: `["${hostile}"]`, documents: 1, values: 1, kinds: { string: 1 }, bytes: 3 }],
  };
  const arrays = { count: 1, elements: 1, mean: 1, max: 1, kinds: { id: 1 } };
  const where = { table: table.table, path: hostile };
  const inspection: Inspection = {
    ...empty,
    snapshot: { ...empty.snapshot, name: `${hostile}.zip` },
    tables: [table],
    candidates: [{ ...where, bytes: 1, share: 0.5, documents: null, nonEmpty: null, arrays, objects: null }],
    references: [
      { ...where, to: hostile, guess: null, tableNumber: 1, values: 3, distinct: 1, dangling: 3, notIds: 0 },
    ],
  };

  test("gives the terminal no orders", () => {
    const text = renderInspection(inspection, plainly);
    expect(text).toContain("evil");
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
  });

  test("leaves only our own colors when there are colors", () => {
    const text = renderInspection(inspection, { color: true, width: 100 });
    const own = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
    expect(text).toMatch(own);
    expect(text.replaceAll(own, "").replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });
});

test("no line is wider than the terminal, however long the names are", () => {
  const long = "averyveryverylongname".repeat(10);
  const kinds = { string: 1e9, id: 5e8, null: 3e8, float64: 2e8, array: 1e8, object: 1e8 };
  const elements = { count: 1e9, elements: 9e9, mean: 8191.9, max: 8192, kinds };
  const inspection: Inspection = {
    ...empty,
    snapshot: { ...empty.snapshot, name: long },
    tables: [
      {
        table: long,
        component: "",
        number: 4294967295,
        encoding: "uniform",
        rows: 1e9,
        bytes: 1e12,
        meanDocumentBytes: 1e6,
        maxDocumentBytes: 6e7,
        fields: [{ path: long, documents: 5e8, values: 2.2e9, kinds, bytes: 1e12 }],
      },
    ],
    candidates: [
      {
        table: long,
        path: long,
        bytes: 1e12,
        share: 0.995,
        documents: 1e9,
        nonEmpty: 1e9,
        arrays: elements,
        objects: null,
      },
    ],
    references: [
      {
        table: long,
        path: long,
        to: long,
        guess: null,
        tableNumber: 1,
        values: 1e9,
        distinct: 1e9,
        dangling: 999999999,
        notIds: 1e9,
      },
    ],
  };
  const widths = (width: number) =>
    renderInspection(inspection, { color: false, width })
      .split("\n")
      .map((text) => text.length);
  expect(Math.max(...widths(100))).toBeLessThanOrEqual(100);
  expect(Math.max(...widths(80))).toBeLessThanOrEqual(80);
});

test("a table that is only guessed is named as a guess", () => {
  const reference = { table: "posts", path: "image", to: null, values: 1, distinct: 1, dangling: null, notIds: 0 };
  const text = renderInspection(
    {
      ...empty,
      references: [
        { ...reference, guess: "_storage", tableNumber: 540 },
        { ...reference, guess: null, tableNumber: 541 },
      ],
    },
    plainly,
  );
  expect(text).toMatch(/posts\.image +→ _storage \(by its number\) /);
  expect(text).toMatch(/posts\.image +→ unknown table 541 /);
});

test("what is left out is said", () => {
  const fields = Array.from({ length: 45 }, (_, i) => ({
    path: `f${i}`,
    documents: 1,
    values: 1,
    kinds: { null: 1 },
    bytes: 4,
  }));
  const table = { table: "t", component: "", number: 1, encoding: "uniform", rows: 1, bytes: 9 };
  const tables = [{ ...table, meanDocumentBytes: 8, maxDocumentBytes: 8, fields }];
  expect(renderInspection({ ...empty, tables }, plainly)).toContain("… and 5 more: --json lists all");
});

test("an archive without tables, references and storage says so", () => {
  expect(renderInspection(empty, plainly)).toBe(`x.zip
ZIP of 1000 B · 0 tables · 0 documents, 0 B of JSON · no file storage in it

Tables
  none

Nested fields, candidates for tables of their own
  none

References, found by decoding ids
  none
`);
});
