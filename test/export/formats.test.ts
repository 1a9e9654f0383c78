/** Each format read back by somebody else's reader gives the rows of the run's database, hostile values and all. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { Compression, Table, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hardSnapshot } from "../../fixtures/hardDocuments.js";
import type { ExportTable } from "../../pipeline/export/exportTables.js";
import { asStored, type Cell, FinishedRun, readTables, withoutSignOfZero } from "./finishedRun.js";
import { parseCsv } from "./parseCsv.js";

const runs = [
  ["generated", { messages: 1200, seed: 7 }],
  ["hard", hardSnapshot(2, 400)],
] as const;

describe.each(runs)("%s documents", (_, snapshot) => {
  let run: FinishedRun;
  beforeAll(async () => {
    run = await FinishedRun.of(snapshot);
  });
  afterAll(() => run.remove());

  test("Parquet, read by hyparquet", async () => {
    const folder = await run.export("parquet", "parquet");
    for (const table of run.tables()) {
      const bytes = await readFile(join(folder, `${table.name}.parquet`));
      const rows = asParsed(await run.rows(table), table);
      expect(withoutSignOfZero(await readParquet(bytes, table)), table.name).toEqual(withoutSignOfZero(rows));
    }
  });

  test("Arrow, read by arrow-rs", async () => {
    const folder = await run.export("arrow", "arrow");
    for (const table of run.tables()) {
      const bytes = await readFile(join(folder, `${table.name}.arrow`));
      // The file format is the stream between two magic words and before an index of its batches.
      const read = Table.fromIPCStream(bytes.subarray(8));
      const plain = new WriterPropertiesBuilder().setCompression(Compression.UNCOMPRESSED).build();
      expect(await readParquet(writeParquet(read, plain), table), table.name).toEqual(await run.rows(table));
    }
  });

  test("CSV, formulas made harmless in a way that can be undone", async () => {
    const [safe, exact] = [await run.export("csv", "csv"), await run.export("csv", "exact", ["--no-csv-safe"])];
    for (const table of run.tables()) {
      const rows = (await run.rows(table)).map((row) => row.map(asText));
      const [names, ...plain] = parseCsv(await readFile(join(exact, `${table.name}.csv`), "utf8"));
      expect(names).toEqual(table.columns.map(({ name }) => name));
      expect(valuesOf(plain, table), table.name).toEqual(rows);
      const [, ...safely] = parseCsv(await readFile(join(safe, `${table.name}.csv`), "utf8"));
      const isText = table.columns.map(({ sqlType }) => sqlType === "VARCHAR" || sqlType === "JSON");
      const texts = safely.flatMap((row) => row.filter((_cell, at) => isText[at] === true));
      expect(texts.filter((text) => text !== null && /^[=+\-@\t\r\n]/.test(text))).toEqual([]);
      const undone = safely.map((row) =>
        row.map((text, at) => (isText[at] === true ? (text?.replace(/^'/, "") ?? null) : text)),
      );
      expect(undone, table.name).toEqual(plain);
    }
  });

  test("DuckDB, with keys that hold", async () => {
    const folder = await run.export("duckdb", "duckdb");
    const queries = run.tables().map((table) => {
      const columns = table.columns.map(({ name, sqlType }) => asStored(name, sqlType));
      const order = table.isProved ? "_id" : "rowid";
      return [table.name, `SELECT ${columns.join(", ")} FROM "${table.name}" ORDER BY ${order}`] as const;
    });
    const read = await readTables(join(folder, "unnest.duckdb"), queries);
    for (const table of run.tables())
      expect(withoutSignOfZero(read.get(table.name)), table.name).toEqual(withoutSignOfZero(await run.rows(table)));
  });

  test("the same run gives the same bytes", async () => {
    const [once, again] = [
      await run.export("parquet", "once"),
      await run.export("parquet", "again", ["--threads", "2"]),
    ];
    for (const { name } of run.tables()) {
      const file = `${name}.parquet`;
      expect((await readFile(join(once, file))).equals(await readFile(join(again, file))), file).toBe(true);
    }
  });
});

/** hyparquet's own decoder takes a byte order mark for one, not for a letter of the text. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const parsers = { stringFromBytes: (bytes: Uint8Array) => decoder.decode(bytes) };

async function readParquet(bytes: Uint8Array, table: ExportTable): Promise<Cell[][]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = await parquetMetadataAsync(file);
  expect(metadata.schema.slice(1).map(({ name }) => name)).toEqual(table.columns.map(({ name }) => name));
  const rows = await parquetReadObjects({ file, compressors, parsers });
  return rows.map((row) => table.columns.map(({ name }) => (row[name] ?? null) as Cell));
}

/** hyparquet parses columns of the logical type JSON. */
function asParsed(rows: readonly (readonly Cell[])[], table: ExportTable): unknown[][] {
  return rows.map((row) =>
    row.map((cell, at) => (table.columns[at]?.sqlType === "JSON" && cell !== null ? JSON.parse(String(cell)) : cell)),
  );
}

/** Cells by value: a number may be spelled in more than one way. */
function valuesOf(rows: readonly (readonly (string | null)[])[], table: ExportTable): unknown[][] {
  return rows.map((row) => row.map((cell, at) => (table.columns[at]?.sqlType === "DOUBLE" ? numberOf(cell) : cell)));
}

function numberOf(cell: string | null): number | null {
  if (cell === null) return null;
  const text = cell.replace("inf", "Infinity");
  return text === "nan" ? Number.NaN : Number(text);
}

const asText = (cell: Cell): Cell => (typeof cell === "boolean" ? String(cell) : cell);
