import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Database } from "../../pipeline/db/database.js";
import { queryLines } from "../../pipeline/package/queryLines.js";
import { runPaths } from "../../pipeline/run/paths.js";
import type { StageContext } from "../../pipeline/stage.js";

let folder: string;
let database: Database;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-lines-"));
  database = await Database.open(":memory:", { threads: 1, memoryLimit: 1 << 28, spillDirectory: folder });
});
afterEach(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

function context(signal = new AbortController().signal): StageContext {
  return { database, paths: { ...runPaths(folder), spool: folder }, signal } as StageContext;
}

test("gives the lines of all queries in their order, tells their number and leaves no file", async () => {
  const counts: number[] = [];
  const queries = ["SELECT 'a' FROM range(3)", "SELECT 'b' WHERE false", "SELECT 'c'"];
  const lines = await text(Readable.from(queryLines(context(), queries, (rows) => counts.push(rows))));
  expect(lines).toBe("a\na\na\nc\n");
  expect(counts).toEqual([3, 0, 1]);
  expect(await readdir(folder)).toEqual([]);
});

test("a query that fails ends the lines with its error and leaves no file", async () => {
  const queries = ["SELECT 'a'", "SELECT CAST(CAST('broken' AS INTEGER) AS VARCHAR)", "SELECT 'c'"];
  await expect(text(Readable.from(queryLines(context(), queries, () => {})))).rejects.toThrow("broken");
  expect(await readdir(folder)).toEqual([]);
});

test("who stops reading leaves no file, and the database free", async () => {
  for await (const chunk of queryLines(context(), ["SELECT 'a'", "SELECT 'b' FROM range(100000)"], () => {})) {
    expect(String(chunk)).toBe("a\n");
    break;
  }
  expect(await readdir(folder)).toEqual([]);
  expect(await database.count("SELECT 7")).toBe(7);
});

test("an abort ends the lines", async () => {
  const controller = new AbortController();
  const lines = queryLines(context(controller.signal), ["SELECT 'a'", "SELECT 'b'"], () => controller.abort());
  await expect(text(Readable.from(lines))).rejects.toThrow("aborted");
  expect(await readdir(folder)).toEqual([]);
});
