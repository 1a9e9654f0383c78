import { createHash } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { openArchive } from "../../pipeline/convexFormat/archive.js";
import { writeArchive } from "../../pipeline/convexFormat/archiveWriter.js";
import { diagnoseDocuments } from "../../pipeline/convexFormat/diagnoseDocuments.js";
import { mintId } from "../../pipeline/convexFormat/ids.js";
import { canonicalEncoding } from "../../transforms/index.js";
import { temporaryFolder } from "./temporaryFolder.js";

async function* of(...items: (string | Buffer)[]) {
  yield* items;
}

async function* rows(tableNumber: number, count: number) {
  const documents = Array.from({ length: count }, (_, i) => ({
    _id: mintId(tableNumber, "rows", [String(i)], 1.7e12),
    _creationTime: 1.7e12 + i,
    text: `row ${i}`,
    n: i,
    whole: BigInt(i),
  }));
  for (const document of documents) yield canonicalEncoding(document);
}

describe("writeArchive", () => {
  test("writes an export that reads as one, listed by number, for its owner alone", async () => {
    const path = join(await temporaryFolder(), "snapshot.zip");
    const written = await writeArchive(path, [
      { name: "tags", tableNumber: 10021, lines: rows(10021, 5000) },
      { name: "attachments", tableNumber: 10020, lines: of("{}", Buffer.from('{"a":1}\n{"é":2}\n'), "{}") },
      { name: "_storage", tableNumber: 513, lines: of() },
    ]);
    const bytes = await readFile(path);
    expect(written).toEqual({ bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
    expect((await stat(path)).mode & 0o777).toBe(0o600);

    const archive = await openArchive(path);
    expect(archive.tables.map((table) => [table.name, table.tableNumber, table.encoding.kind])).toEqual([
      ["tags", 10021, "uniform"],
      ["attachments", 10020, "uniform"],
      ["_storage", null, "plain"],
    ]);
    const [tags, attachments] = archive.tables;
    expect((await buffer((await attachments?.open()) ?? Readable.from([]))).toString()).toBe(
      '{}\n{"a":1}\n{"é":2}\n{}\n',
    );
    if (tags !== undefined) await diagnoseDocuments(tags);
    expect((await buffer((await tags?.open()) ?? Readable.from([]))).toString().split("\n")).toHaveLength(5001);
    await archive.close();
  });

  test("writes the same bytes again, whatever was at its path before", async () => {
    const folder = await temporaryFolder();
    const paths = [join(folder, "a.zip"), join(folder, "b.zip")];
    await writeFile(join(folder, "b.zip"), "something");
    await writeFile(join(folder, "b.zip.part"), "left behind by a killed run");
    const hashes: string[] = [];
    for (const path of paths) {
      hashes.push((await writeArchive(path, [{ name: "t", tableNumber: 10020, lines: rows(10020, 3000) }])).sha256);
    }
    expect(hashes[0]).toBe(hashes[1]);
    expect(await readdir(folder)).toEqual(["a.zip", "b.zip"]);
  });

  test("an error of the rows leaves nothing behind", async () => {
    const folder = await temporaryFolder();
    async function* failing() {
      yield* rows(10020, 10);
      throw new RangeError("no more rows");
    }
    const write = writeArchive(join(folder, "a.zip"), [
      { name: "t", tableNumber: 10020, lines: failing() },
      { name: "u", tableNumber: 10021, lines: rows(10021, 3) },
    ]);
    await expect(write).rejects.toThrow("no more rows");
    expect(await readdir(folder)).toEqual([]);
  });

  test("a path that cannot be written is an error, and the rows are left alone", async () => {
    let asked = 0;
    async function* counted() {
      for (;;) {
        asked++;
        yield "x".repeat(1000);
      }
    }
    const path = join(await temporaryFolder(), "missing", "a.zip");
    await expect(writeArchive(path, [{ name: "t", tableNumber: 10020, lines: counted() }])).rejects.toThrow("ENOENT");
    // Endless rows: what ends at all was asked for no more than buffers hold.
    expect(asked).toBeLessThan(20_000);
  });
});
