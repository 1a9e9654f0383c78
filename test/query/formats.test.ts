import { tableFromIPC } from "apache-arrow";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { Table as RustTable, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withoutFormulaSql } from "../../pipeline/db/csvText.js";
import { literal } from "../../pipeline/db/quote.js";
import { arrowStream } from "../../pipeline/query/formats/arrow.js";
import { csvLines } from "../../pipeline/query/formats/csv.js";
import { jsonLines } from "../../pipeline/query/formats/json.js";
import { tableText } from "../../pipeline/query/formats/table.js";
import { plain } from "../../pipeline/terminal/paint.js";
import { askNow, joined, type Sealed, sealedDatabase } from "./sealed.js";

let sealed: Sealed;
beforeAll(async () => {
  sealed = await sealedDatabase();
});
afterAll(() => sealed.close());

/** Markup, an escape sequence, a formula, a text that turns the line around, and one that fills it. */
const hostile = `SELECT * FROM (VALUES
  ('<script>alert(1)</script>'), (chr(27) || '[31mred'), ('=HYPERLINK("https://x.example")'), ('-2+3'), ('@SUM(A1)'),
  (chr(9) || 'tab'), ('a' || chr(8238) || 'b'), ('two' || chr(10) || 'lines'), (repeat('x', 300)), (''), (NULL)) AS t("=head")`;

const csv = async (sql: string, verbatim = false): Promise<string> =>
  (await joined(csvLines(await askNow(sealed, sql), { verbatim }))).toString();

describe("csv", () => {
  it("gives a spreadsheet and a terminal nothing to obey", async () => {
    expect(await csv(hostile)).toBe(
      [
        "'=head",
        "<script>alert(1)</script>",
        "\ufffd[31mred",
        `"'=HYPERLINK(""https://x.example"")"`,
        "'-2+3",
        "'@SUM(A1)",
        "'\ttab",
        "a\ufffdb",
        '"two\nlines"',
        "x".repeat(300),
        '""',
        "",
        "",
      ].join("\n"),
    );
  });

  it("marks the same texts as an export does, and tells a formula from a marked one", async () => {
    const texts = [
      "=1",
      "'=1",
      "+1",
      "-1",
      "@a",
      "\uff1d1",
      "\uff0b1",
      "\uff0d1",
      "\uff201",
      "a=1",
      " =1",
      "'",
      "\uff0ca",
    ];
    const rows = texts.map((text) => `(${literal(text)})`).join(", ");
    const exported = `SELECT ${withoutFormulaSql("text")} AS text FROM (VALUES ${rows}) AS t(text)`;
    const asked = await csv(`SELECT text FROM (VALUES ${rows}) AS t(text)`);
    expect(asked).toBe(await csv(exported, true));
    const marked = asked.trimEnd().split("\n").slice(1);
    expect(marked.filter((text) => text.startsWith("'"))).toHaveLength(10);
    expect(marked.map((text) => text.replace(/^'/, ""))).toEqual(texts);
  });

  it("keeps texts as they are when it is told to", async () => {
    expect(await csv("SELECT '=1+1' AS a, chr(27) || '[31m' AS b", true)).toBe("a,b\n=1+1,\u001b[31m\n");
  });

  it("leaves negative numbers alone", async () => {
    const sql = "SELECT -1 AS a, -1.50::DECIMAL(4, 2) AS b, -2::DOUBLE AS c, -3::HUGEINT AS d, [-1] AS e";
    expect(await csv(sql)).toBe("a,b,c,d,e\n-1,-1.50,-2,-3,[-1]\n");
  });
});

describe("json", () => {
  const rows = async (sql: string): Promise<unknown[]> =>
    (await joined(jsonLines(await askNow(sealed, sql))))
      .toString()
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));

  it("is one object a line; names that repeat are told apart", async () => {
    expect(await rows("SELECT 1 AS a, 2 AS a")).toEqual([{ a: 1, "a:1": 2 }]);
  });

  it("writes what a double holds as a number, and the rest as text", async () => {
    const [row] = await rows(
      `SELECT 9007199254740991 AS fits, 9007199254740993 AS large, 1.50::DECIMAL(4, 2) AS exact, 'NaN'::DOUBLE AS nan,
        DATE '2025-01-31' AS day, [1, NULL] AS list, {'a': 'b'} AS struct, NULL AS nothing`,
    );
    expect(row).toEqual({
      fits: 9007199254740991,
      large: "9007199254740993",
      exact: "1.50",
      nan: "NaN",
      day: "2025-01-31",
      list: [1, null],
      struct: { a: "b" },
      nothing: null,
    });
  });

  it("reads back as it was, and gives a terminal nothing to obey", async () => {
    const sql = "SELECT chr(27) || '[31m' || chr(8238) AS a";
    const text = (await joined(jsonLines(await askNow(sealed, sql)))).toString();
    expect(text).toBe('{"a":"\\u001b[31m\\u202e"}\n');
  });
});

describe("table", () => {
  const table = async (sql: string, rows: number): Promise<string> =>
    (await joined(tableText(await askNow(sealed, sql), { rows, width: 80, paint: plain }))).toString();

  it("shows hostile values as text, one line each, wide ones cut", async () => {
    const lines = (await table(hostile, 100)).trimEnd().split("\n");
    expect(lines).toHaveLength(13);
    expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.at(-1)).toBe("  11 rows");
  });

  it("stops at the rows it shows, and says so", async () => {
    const lines = (await table("SELECT i FROM range(1000000000) AS t(i)", 2)).trimEnd().split("\n");
    expect(lines.slice(0, 3)).toEqual(["  i", "  0", "  1"]);
    expect(lines.at(-1)).toMatch(/more rows than these 2.*--rows/);
    expect(lines).toHaveLength(4);
  });
});

describe("arrow", () => {
  const read = async (sql: string) => tableFromIPC(await joined(arrowStream(await askNow(sealed, sql))));

  it("has the types of the columns", async () => {
    const { schema } = await read(
      `SELECT true AS a, 1::TINYINT AS b, 1 AS c, 1::BIGINT AS d, 1::UBIGINT AS e, 1::FLOAT AS f, 1::DOUBLE AS g, 1.5::DECIMAL(10, 2) AS h,
        1::HUGEINT AS i, 'x' AS j, DATE '2025-01-31' AS k, TIMESTAMP '2025-01-31 12:00:00' AS l, TIMESTAMPTZ '2025-01-31 12:00:00+00' AS m,
        [1] AS n, {'p': 'q'} AS o, uuid() AS p, '{}'::JSON AS q`,
    );
    expect(schema.fields.map(({ type }) => String(type))).toEqual([
      ...["Bool", "Int8", "Int32", "Int64", "Uint64", "Float32", "Float64", "Decimal[10e+2]", "Decimal[38e0]"],
      ...["Utf8", "Date32<DAY>", "Timestamp<MICROSECOND>", "Timestamp<MICROSECOND, UTC>"],
      ...["List<Int32>", "Struct<{p:Utf8}>", "Utf8", "Utf8"],
    ]);
  });

  it("has the rows of several batches, NULLs among them", async () => {
    const table = await read("SELECT i, CASE WHEN i % 3 > 0 THEN 'v' || i END AS v FROM range(5000) AS t(i)");
    expect(table.numRows).toBe(5000);
    expect(table.batches.length).toBeGreaterThan(1);
    expect([0, 1, 4998, 4999].map((index) => table.get(index)?.toJSON())).toEqual([
      { i: 0n, v: null },
      { i: 1n, v: "v1" },
      { i: 4998n, v: null },
      { i: 4999n, v: "v4999" },
    ]);
  });

  it("is read by another implementation, value for value", async () => {
    const answer = await askNow(
      sealed,
      `SELECT * FROM (VALUES
        (true, -5::BIGINT, -1.25::DOUBLE, -1.50::DECIMAL(10, 2), -3::HUGEINT, 'ü', DATE '1969-12-31', TIMESTAMP '1969-12-31 23:59:59.5',
          [1, NULL, 3], {'p': 'q', 'r': 2}),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (false, 7, 'Infinity', 99.75, 170000000000000000000, '', DATE '2025-01-31', TIMESTAMP '2025-01-31 12:00:00', [], {'p': NULL, 'r': 3})
      ) AS t(b, i, f, d, h, s, day, time, l, o)`,
    );
    const ipc = await joined(arrowStream(answer));
    const file = writeParquet(RustTable.fromIPCStream(ipc), new WriterPropertiesBuilder().build());
    const rows = await parquetReadObjects({ file: Uint8Array.from(file).buffer, compressors });
    expect(rows).toEqual([
      {
        ...{ b: true, i: -5n, f: -1.25, d: -1.5, h: -3, s: "ü", day: new Date("1969-12-31") },
        ...{ time: new Date("1969-12-31T23:59:59.500Z"), l: [1, null, 3], o: { p: "q", r: 2 } },
      },
      { b: null, i: null, f: null, d: null, h: null, s: null, day: null, time: null, l: undefined, o: undefined },
      {
        ...{ b: false, i: 7n, f: Number.POSITIVE_INFINITY, d: 99.75, h: 1.7e20, s: "", day: new Date("2025-01-31") },
        ...{ time: new Date("2025-01-31T12:00:00Z"), l: [], o: { p: null, r: 3 } },
      },
    ]);
  });

  it("keeps microseconds", async () => {
    const table = await read(
      "SELECT TIMESTAMP '1969-12-31 23:59:59.000001' AS at, TIMESTAMP '0044-03-15 (BC) 01:00:00' AS old",
    );
    const [at, old] = ["at", "old"].map((name) => table.getChild(name)?.data[0]?.values[0]);
    expect(at).toBe(-999_999n);
    // The Ides of March: 44 BC is the year −43.
    expect(old).toBe(BigInt(Date.UTC(-43, 2, 15, 1)) * 1000n);
  });

  it("is a stream of its schema alone when there are no rows", async () => {
    const table = await read("SELECT id, name FROM things WHERE id < 0");
    expect([table.numRows, table.schema.names]).toEqual([0, ["id", "name"]]);
  });
});
