import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { ZipFile } from "yazl";
import { type ZipEntry, zipStream } from "../../pipeline/convexFormat/zipWriter.js";

const files: readonly (readonly [name: string, chunks: readonly string[]])[] = [
  ["_tables/documents.jsonl", ['{"name":"täglich","id":10001}\n']],
  [
    "täglich/documents.jsonl",
    Array.from({ length: 2_000 }, (_, row) => `{"row":${row},"text":"${"x".repeat(row % 300)}"}\n`),
  ],
  ["leer/documents.jsonl", []],
];

/** Read once, so made anew for each test. */
const entries = (): ZipEntry[] =>
  files.map(([name, chunks]) => ({ name, content: Readable.from(chunks.map((chunk) => Buffer.from(chunk))) }));

/** What the established library makes of the same files. */
async function libraryBytes(forceZip64Format: boolean): Promise<Buffer> {
  const zip = new ZipFile();
  const options = {
    mtime: new Date(1980, 0, 1),
    mode: 0o100600,
    forceDosTimestamp: true,
    compressionLevel: 1,
    forceZip64Format,
  };
  for (const [name, chunks] of files)
    zip.addReadStream(Readable.from([chunks.join("")], { objectMode: false }), name, options);
  zip.end({ forceZip64Format, comment: "" });
  return buffer(zip.outputStream as Readable);
}

test("the bytes are those of an established library", async () => {
  const bytes = await buffer(Readable.from(zipStream(entries())));
  expect(bytes.length).toBeGreaterThan(5_000);
  expect(bytes.equals(await libraryBytes(false))).toBe(true);
});

test("so they are where sizes and places need ZIP64", async () => {
  const bytes = await buffer(Readable.from(zipStream(entries(), 0)));
  expect(bytes.equals(await libraryBytes(true))).toBe(true);
});

test("an error of an entry's content is the stream's", async () => {
  async function* failing() {
    yield Buffer.from("some");
    throw new RangeError("no more");
  }
  const stream = zipStream([{ name: "a", content: failing() }]);
  await expect(buffer(Readable.from(stream))).rejects.toThrow("no more");
});
