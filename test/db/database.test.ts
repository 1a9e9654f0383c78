/** A stream that an error cuts off must not look like one that is complete: DuckDB's client ends both alike. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "../../pipeline/db/database.js";
import { inTransaction } from "../../pipeline/db/inTransaction.js";
import { StreamCutOff } from "../../pipeline/db/resultStream.js";
import { memoryDatabase } from "../model/memoryDatabase.js";

let database: Database;
beforeAll(async () => {
  database = await memoryDatabase();
  await database.run("CREATE TABLE numbers AS SELECT i::VARCHAR AS i FROM range(1000000) AS t(i)");
});
afterAll(() => database.close());

/** The last row cannot be read. */
const failing = "SELECT CASE WHEN i = '999999' THEN error('late') ELSE i END FROM numbers";

async function count(sql: string): Promise<number> {
  let rows = 0;
  for await (const [column = []] of database.columns(sql)) rows += column.length;
  return rows;
}

it("streams all rows, inside a transaction and outside", async () => {
  expect(await count("SELECT i FROM numbers")).toBe(1_000_000);
  await inTransaction(database, async () => {
    await database.run("DELETE FROM numbers WHERE i = '0'");
    expect(await count("SELECT i FROM numbers")).toBe(999_999);
  });
  expect(await count("SELECT i FROM numbers")).toBe(999_999);
});

it("throws when an error cuts the rows off", async () => {
  await expect(count(failing)).rejects.toThrow(StreamCutOff);
  expect(await database.count("SELECT 1")).toBe(1);
});

it("throws inside a transaction too, which is undone", async () => {
  const work = inTransaction(database, async () => {
    await database.run("DELETE FROM numbers WHERE i = '1'");
    await count(failing);
  });
  await expect(work).rejects.toThrow(StreamCutOff);
  expect(await database.count("SELECT count(*) FROM numbers WHERE i = '1'")).toBe(1);
});

it("keeps what was written while rows were read, also when the reader leaves early", async () => {
  for await (const [column = []] of database.columns("SELECT i FROM numbers LIMIT 3")) {
    expect(column).toHaveLength(3);
    break;
  }
  expect(await count("SELECT i FROM numbers LIMIT 5")).toBe(5);
});

it("tells times in UTC whatever the machine says, on every connection", async () => {
  const zone = "SELECT current_setting('TimeZone') || ' ' || CAST(TIMESTAMPTZ '2026-01-01 00:00:00+00' AS VARCHAR)";
  const before = process.env.TZ;
  process.env.TZ = "Asia/Tokyo";
  try {
    const opened = await memoryDatabase();
    const found = [await opened.value<string>(zone)];
    await opened.beside(async (beside) => void found.push(await beside.value<string>(zone)));
    opened.close();
    expect(found).toEqual(Array(2).fill("UTC 2026-01-01 00:00:00+00"));
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
});
