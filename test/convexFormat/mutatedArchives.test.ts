/** A sound archive of which one number lies: it is refused by name, or reads as it did; never anything else, however large the number. */
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openArchive } from "../../pipeline/convexFormat/archive.js";
import { UnnestError } from "../../pipeline/errors.js";
import { idOf } from "./values.js";
import { centralRecord, type ZipInput, zipBytes, zipFile } from "./zips.js";

const users = "users/documents.jsonl";
const notes = "notes/documents.jsonl";
const tables = [
  ["users", 10001, `{"_id":"${idOf(10001, 1)}","_creationTime":1.5,"text":"${"x".repeat(500)}"}\n`],
  ["notes", 10002, `{"_id":"${idOf(10002, 1)}","_creationTime":1.5}\n`],
] as const;
const inputs: readonly ZipInput[] = [
  { name: "_tables/documents.jsonl", data: '{"name":"users","id":10001}\n{"name":"notes","id":10002}\n' },
  { name: users, data: tables[0][2] },
  { name: notes, data: tables[1][2], compress: false },
];
const plain = await zipBytes(inputs);
const zip64 = await zipBytes(inputs, { zip64: true });

/** A number of the archive: what it is, where it stands, bytes. */
type Field = readonly [what: string, at: number, bytes: number];

const endOfDirectory = (bytes: Buffer): number => bytes.lastIndexOf("PK\u0005\u0006");

function endFields(bytes: Buffer): Field[] {
  const at = endOfDirectory(bytes);
  const fields = [
    ["disk", 4, 2],
    ["disk of the directory", 6, 2],
    ["entries here", 8, 2],
    ["entries", 10, 2],
    ["bytes of the directory", 12, 4],
    ["place of the directory", 16, 4],
    ["bytes of the comment", 20, 2],
  ] as const;
  return fields.map(([what, offset, length]) => [`end: ${what}`, at + offset, length]);
}

function entryFields(bytes: Buffer): Field[] {
  const at = centralRecord(bytes, users);
  const local = bytes.indexOf(users) - 30;
  const fields = [
    ["flags", at + 8, 2],
    ["method", at + 10, 2],
    ["checksum", at + 16, 4],
    ["compressed bytes", at + 20, 4],
    ["bytes", at + 24, 4],
    ["length of the name", at + 28, 2],
    ["length of the extra fields", at + 30, 2],
    ["length of the comment", at + 32, 2],
    ["place of the header", at + 42, 4],
    ["method in the header", local + 8, 2],
    ["length of the name in the header", local + 26, 2],
    ["length of the extra fields in the header", local + 28, 2],
  ] as const;
  return fields.map(([what, offset, length]) => [`entry: ${what}`, offset, length]);
}

function zip64Fields(bytes: Buffer): Field[] {
  const record = bytes.lastIndexOf("PK\u0006\u0006");
  const locator = bytes.lastIndexOf("PK\u0006\u0007");
  const extra = centralRecord(bytes, users) + 46 + users.length;
  return [
    ["ZIP64 end: its length", record + 4, 8],
    ["ZIP64 end: disk", record + 16, 4],
    ["ZIP64 end: disk of the directory", record + 20, 4],
    ["ZIP64 end: entries here", record + 24, 8],
    ["ZIP64 end: entries", record + 32, 8],
    ["ZIP64 end: bytes of the directory", record + 40, 8],
    ["ZIP64 end: place of the directory", record + 48, 8],
    ["ZIP64 locator: disk", locator + 4, 4],
    ["ZIP64 locator: place of the end", locator + 8, 8],
    ["ZIP64 locator: disks", locator + 16, 4],
    ["ZIP64 entry: length of its numbers", extra + 2, 2],
    ["ZIP64 entry: bytes", extra + 4, 8],
    ["ZIP64 entry: compressed bytes", extra + 12, 8],
    ["ZIP64 entry: place of the header", extra + 20, 8],
  ];
}

const lies = (bytes: Buffer): bigint[] => [
  ...[0n, 1n, 2n ** 16n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n],
  ...[2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, BigInt(bytes.length), BigInt(bytes.length) + 1n],
];

describe.each([
  ["a plain archive", plain, [...endFields(plain), ...entryFields(plain)]],
  ["a ZIP64 archive", zip64, [...endFields(zip64), ...entryFields(zip64), ...zip64Fields(zip64)]],
])("%s", (_kind, bytes, fields) => {
  test("reads whole as it is", async () => {
    expect(await outcome(bytes)).toBe("whole");
  });

  test.each(fields)("%s", async (_what, at, length) => {
    for (const lie of lies(bytes)) {
      const copy = Buffer.from(bytes);
      for (let i = 0; i < length; i++) copy[at + i] = Number((lie >> BigInt(8 * i)) & 0xffn);
      expect([lie, await outcome(copy)]).toEqual([lie, expect.stringMatching(/^(?:whole|ZIP_\w+|SYMBOLIC_LINK)$/)]);
    }
  });

  test("any bytes behind the data", async () => {
    const from = bytes.indexOf("PK\u0001\u0002");
    const changes = fc.array(fc.tuple(fc.integer({ min: from, max: bytes.length - 1 }), fc.nat(255)), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(changes, async (each) => {
        const copy = Buffer.from(bytes);
        for (const [at, value] of each) copy[at] = value;
        expect(await outcome(copy)).toMatch(/^(?:whole|[A-Z_0-9]+)$/);
      }),
      { numRuns: 200 },
    );
  });
});

test("an entry that the directory does not count is no entry less", async () => {
  const copy = Buffer.from(plain);
  const at = endOfDirectory(copy);
  copy.writeUInt16LE(2, at + 8);
  copy.writeUInt16LE(2, at + 10);
  expect(await outcome(copy)).toBe("ZIP_DAMAGED");
});

test("two entries with one place are refused", async () => {
  const copy = Buffer.from(plain);
  const place = copy.readUInt32LE(centralRecord(copy, users) + 42);
  copy.writeUInt32LE(place, centralRecord(copy, notes) + 42);
  expect(await outcome(copy)).toBe("ZIP_DAMAGED");
});

/** `whole`, or the code it was refused with. Anything else that is thrown is a defect, and fails the test. */
async function outcome(bytes: Buffer): Promise<string> {
  try {
    const read = await readAll(bytes);
    return JSON.stringify(read) === JSON.stringify(tables) ? "whole" : "changed";
  } catch (error) {
    if (!(error instanceof UnnestError)) throw error;
    expect(error.exit).toBe(3);
    return error.code;
  }
}

async function readAll(bytes: Buffer): Promise<unknown[]> {
  const archive = await openArchive(await zipFile(bytes));
  try {
    const read: unknown[] = [];
    for (const table of archive.tables) {
      read.push([table.rawName, table.tableNumber, (await buffer(await table.open())).toString("utf8")]);
    }
    return read;
  } finally {
    await archive.close();
  }
}
