/** What a query may do: read the run's tables, within its time and memory, and nothing else. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allRows, askNow, type Sealed, sealedDatabase } from "./sealed.js";

let sealed: Sealed;
beforeAll(async () => {
  sealed = await sealedDatabase();
  await writeFile(join(sealed.folder, "secret.csv"), "a,b\n1,2\n");
});
afterAll(() => sealed.close());

/** With `@` for the folder. */
const asked = async (sql: string): Promise<unknown[][]> =>
  allRows(await askNow(sealed, sql.replaceAll("@", sealed.folder)));

describe("answers", () => {
  it.each([
    ["SELECT count(*) FROM things", [["3"]]],
    ["FROM things WHERE id = 2", [["2", "thing 2"]]],
    ["VALUES (1, 'a')", [[1, "a"]]],
    ["SELECT a FROM range(2) AS t(a);", [["0"], ["1"]]],
    ["WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i) FROM n", [["6"]]],
    ["SELECT column_name FROM (DESCRIBE things)", [["id"], ["name"]]],
    ["SELECT key FROM json_each('{\"a\":1}')", [["a"]]],
    ["-- a comment\nSELECT 1 -- another", [[1]]],
  ])("%s", async (sql, rows) => {
    expect(await asked(sql)).toEqual(rows);
  });
});

describe("refuses what does not only read", () => {
  it.each([
    ["INSERT INTO things VALUES (4, 'x')"],
    ["DELETE FROM things"],
    ["DROP TABLE things"],
    ["CREATE TEMP TABLE t AS SELECT 1"],
    ["ATTACH '@/other.duckdb'"],
    ["COPY things TO '@/things.csv'"],
    ["EXPORT DATABASE '@/exported'"],
    ["SET threads = 1"],
    ["RESET enable_external_access"],
    ["PRAGMA enable_profiling"],
    ["CALL enable_logging()"],
    ["INSTALL httpfs"],
    ["LOAD httpfs"],
    ["BEGIN"],
    ["CHECKPOINT"],
    ["EXPLAIN ANALYZE SELECT 1"],
    ["SELECT 1; SELECT 2"],
    ["SELECT 1; DROP TABLE things"],
    [""],
    ["-- nothing"],
    ["SELECT * FROM read_csv('@/secret.csv')"],
    ["SELECT * FROM '@/secret.csv'"],
    ["SELECT * FROM READ_TEXT('@/secret.csv')"],
    ["SELECT * FROM main.read_blob('@/work.duckdb')"],
    ["SELECT * FROM glob('@/*')"],
    ["SELECT * FROM read_json('https://example.com/a.json')"],
    ["SELECT * FROM sniff_csv('@/secret.csv')"],
    ["SELECT * FROM enable_logging(storage := 'file', storage_path := '@/log')"],
    ["SELECT * FROM enable_profiling()"],
    ["SELECT * FROM query('SELECT 1')"],
    ["SELECT (SELECT count(*) FROM read_text('@/secret.csv'))"],
    ["WITH a AS (SELECT * FROM glob('@/*')) SELECT 1 WHERE EXISTS (FROM a)"],
    ["DESCRIBE SELECT * FROM glob('@/*')"],
    ["FROM things, LATERAL (SELECT * FROM force_checkpoint())"],
    ["SELECT 1 UNION ALL SELECT size FROM read_blob('@/work.duckdb')"],
  ])("%s", async (sql) => {
    await expect(asked(sql)).rejects.toMatchObject({ code: "QUERY_NOT_ALLOWED", exit: 2 });
    expect((await readdir(sealed.folder)).sort()).toEqual(["secret.csv", "work.duckdb"]);
  });
});

describe("the sealed database itself refuses too, should a statement slip through", () => {
  it.each([
    ["SELECT * FROM read_csv('@/secret.csv')"],
    ["COPY things TO '@/things.csv'"],
    ["ATTACH '@/other.duckdb'"],
    ["SET enable_external_access = true"],
    ["SET lock_configuration = false"],
    ["INSERT INTO things VALUES (4, 'x')"],
  ])("%s", async (sql) => {
    await expect(sealed.database.run(sql.replaceAll("@", sealed.folder))).rejects.toThrow();
    expect((await readdir(sealed.folder)).sort()).toEqual(["secret.csv", "work.duckdb"]);
  });
});

describe("errors name the place", () => {
  it.each([
    ["SELEC 1", "QUERY_INVALID", { line: 1, column: 1 }],
    ["SELECT 'ü',\n  nope FROM things", "QUERY_INVALID", { line: 2, column: 3 }],
    ["SELECT * FROM", "QUERY_INVALID", { line: 1, column: 14 }],
    ["SELECT *\nFROM nothing", "QUERY_INVALID", { line: 2, column: 6 }],
    ["SELECT name::INTEGER FROM things", "QUERY_FAILED", { line: 1, column: 12 }],
  ])("%s", async (sql, code, place) => {
    await expect(asked(sql)).rejects.toMatchObject({ code, place });
  });

  it("and not the value", async () => {
    const error = await asked("SELECT name::INTEGER FROM things").catch((thrown: Error) => thrown);
    expect(JSON.stringify([(error as Error).message, (error as { place?: unknown }).place])).not.toContain("thing 0");
  });

  it("also when the first rows are out already, and not as if these were all", async () => {
    const { batches } = await askNow(
      sealed,
      "SELECT i,\n  CASE WHEN i > 900000 THEN ('x' || i)::INTEGER END FROM range(1000000) AS t(i)",
    );
    let read = 0;
    const reading = async (): Promise<void> => {
      for await (const rows of batches) read += rows.length;
    };
    await expect(reading()).rejects.toMatchObject({ code: "QUERY_FAILED", place: { line: 2 } });
    expect(read).toBeGreaterThan(100_000);
    expect(await asked("SELECT 1")).toEqual([[1]]);
  });

  it("the database can be asked again", async () => {
    await expect(asked("SELECT nope")).rejects.toMatchObject({ code: "QUERY_INVALID" });
    expect(await asked("SELECT 1")).toEqual([[1]]);
  });
});

describe("limits", () => {
  const endless = "SELECT sum(a.i * b.i) FROM range(10000000) AS a(i), range(10000000) AS b(i)";

  it("time", async () => {
    await expect(askNow(sealed, endless, { timeout: 50 }).then(allRows)).rejects.toMatchObject({
      code: "QUERY_TIMEOUT",
    });
    expect(await asked("SELECT 1")).toEqual([[1]]);
  });

  it("time, when the first rows are out already", async () => {
    await expect(
      (async () => {
        const { batches } = await askNow(sealed, "SELECT i FROM range(1000000000000) AS t(i)", { timeout: 200 });
        for await (const rows of batches) rows.length;
      })(),
    ).rejects.toMatchObject({ code: "QUERY_TIMEOUT" });
  });

  it("the time a reader takes does not count", async () => {
    const { batches } = await askNow(sealed, "SELECT i FROM range(5000000) AS t(i)", { timeout: 10_000 });
    let read = 0;
    for await (const rows of batches) {
      read += rows.length;
      if (read > 10_000) break;
    }
    expect(read).toBeGreaterThan(10_000);
  });

  it("Ctrl-C", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    await expect(askNow(sealed, endless, { signal: stop.signal }).then(allRows)).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  it("memory", async () => {
    const small = await sealedDatabase(64 << 20);
    try {
      const hoarding = "SELECT list(i::VARCHAR || 'and a longer text') FROM range(5000000) AS t(i)";
      await expect(askNow(small, hoarding).then(allRows)).rejects.toMatchObject({ code: "MEMORY_LIMIT_TOO_LOW" });
    } finally {
      await small.close();
    }
  });
});
