import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ArchiveTable } from "../../pipeline/convexFormat/archive.js";
import { rawColumns } from "../../pipeline/load/columns.js";
import { DocumentLine } from "../../pipeline/load/documentLine.js";
import { spoolDocuments, UnreadableLine } from "../../pipeline/load/spoolDocuments.js";
import { temporaryFolder } from "./loadedWorld.js";

function tableOf(pieces: readonly Buffer[], kind: "uniform" | "plain" = "uniform"): ArchiveTable {
  const place = { table: "things" };
  return {
    name: "things",
    component: "",
    rawName: "things",
    tableNumber: null,
    encoding: { kind },
    bytes: pieces.reduce((sum, piece) => sum + piece.length, 0),
    entry: "things/documents.jsonl",
    place,
    open: async () => Readable.from(pieces, { objectMode: false }),
  };
}

async function spooled(table: ArchiveTable, chunkBytes: number) {
  const folder = join(await temporaryFolder(), "chunks");
  const chunks = [];
  for await (const chunk of spoolDocuments(table, folder, new DocumentLine(rawColumns(null)), chunkBytes)) {
    chunks.push({ ...chunk, text: await readFile(chunk.path, "utf8") });
  }
  return chunks;
}

test("chunks hold the lines in their order, wherever the archive's reads are cut", async () => {
  const lines = fc.array(fc.string({ unit: "grapheme", maxLength: 20 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.nat(60)), fc.nat(100), fc.boolean(), async (ids, cuts, size, isEnded) => {
      const expected = ids.map((_id) => `${JSON.stringify({ _id })}\n`).join("");
      let rest = Buffer.from(isEnded ? expected : expected.trimEnd());
      const pieces = [];
      for (const cut of cuts) {
        pieces.push(rest.subarray(0, cut));
        rest = rest.subarray(cut);
      }
      const table = tableOf([...pieces, rest].filter((piece) => piece.length > 0));
      const chunks = await spooled(table, size);
      expect(chunks.map(({ text }) => text).join("")).toBe(expected);
      for (const { text, lines: count, longest } of chunks) {
        const own = text.split("\n").slice(0, -1);
        expect(count).toBe(own.length);
        expect(longest).toBe(Math.max(...own.map((line) => Buffer.byteLength(line) + 1)));
      }
    }),
    { numRuns: 60 },
  );
});

test("tables that are not uniform become so", async () => {
  const chunks = await spooled(tableOf([Buffer.from('{"_id":"a","n":1}\r\n')], "plain"), 1000);
  expect(chunks.map(({ text }) => text)).toEqual(['{"_id":"a","_extra":{"n":1.0}}\n']);
});

test("text that is no UTF-8 is not decoded away", async () => {
  const bytes = Buffer.from('{"_id":"é"}\n', "latin1");
  await expect(spooled(tableOf([bytes], "plain"), 1000)).rejects.toThrow(UnreadableLine);
});
