import { randomBytes } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { openArchive } from "../../pipeline/convexFormat/archive.js";
import { UnnestError } from "../../pipeline/errors.js";
import { temporaryFolder } from "./temporaryFolder.js";
import { idOf } from "./values.js";
import { centralRecord, field, renamed, withField, type ZipInput, zipBytes, zipFile } from "./zips.js";

const users = "users/documents.jsonl";
const list = "_tables/documents.jsonl";
const listed = { name: list, data: '{"name":"users","id":10001}\n' };
const documents = `{"_id":"${idOf(10001, 1)}","_creationTime":1.5,"text":"${"x".repeat(500)}"}\n`;
const good = await zipBytes([listed, { name: users, data: documents }]);
const stored = await zipBytes([listed, { name: users, data: documents, compress: false }]);
const bulky = await zipBytes([listed, { name: users, data: randomBytes(1_200_000) }]);

describe("a bad archive is refused with its own code", () => {
  test.each<[code: string, what: string, bytes: Buffer]>([
    ["NOT_A_ZIP", "an empty file", Buffer.alloc(0)],
    ["NOT_A_ZIP", "a text", Buffer.from(documents)],
    ["NOT_A_ZIP", "a gzip file", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])],
    ["ZIP_TRUNCATED", "half an archive", good.subarray(0, good.length / 2)],
    ["ZIP_TRUNCATED", "an archive without its last byte", good.subarray(0, -1)],
    ["ZIP_DAMAGED", "an archive that lacks its middle", Buffer.concat([good.subarray(0, 60), good.subarray(100)])],
    ["ZIP_DAMAGED", "an archive with something after its end", Buffer.concat([good, Buffer.from("tail")])],
    ["ZIP_DAMAGED", "an entry that is not where it should be", withField(good, users, [42, 4], 7)],
    ["ZIP_ENCRYPTED", "an encrypted entry", withField(good, users, field.flags, 0x0809)],
    ["ZIP_ENCRYPTED", "a strongly encrypted entry", withField(good, users, field.flags, 0x0849)],
    ["ZIP_UNSAFE_PATH", "a path out of the folder", renamed(good, users, "../rs/documents.jsonl")],
    ["ZIP_UNSAFE_PATH", "a path out of the folder further down", renamed(good, users, "a/../documents.jsonl/")],
    ["ZIP_UNSAFE_PATH", "an absolute path", renamed(good, users, "/sers/documents.jsonl")],
    ["ZIP_UNSAFE_PATH", "a path of a drive", renamed(good, users, "c:\\rs/documents.jsonl")],
    ["ZIP_BACKSLASHES", "a backslash", renamed(good, users, "users\\documents.jsonl")],
    ["ZIP_UNSAFE_PATH", "a NUL", renamed(good, users, "use\0s/documents.jsonl")],
    ["ZIP_METHOD", "a method that exports do not have", withField(good, users, field.method, 12)],
    ["ZIP_ENTRY_SIZE", "a stored entry of two sizes", withField(stored, users, field.size, 5)],
    ["ZIP_ENTRY_SIZE", "a size that deflate cannot reach", withField(good, users, field.size, 3_000_000)],
    ["ZIP_BOMB", "an entry of 1.1 GiB in 1.2 MB", withField(bulky, users, field.size, 1_180_000_000)],
    ["ZIP_BOMB", "entries that share data", withField(good, users, field.compressedSize, 1_000_000)],
  ])("%s: %s", async (code, _what, bytes) => {
    const path = await zipFile(bytes);
    await expect(openArchive(path)).rejects.toMatchObject({ code, exit: 3, place: { file: path } });
  });

  test("SNAPSHOT_NOT_FOUND: nothing there", async () => {
    const path = join(await temporaryFolder(), "missing.zip");
    await expect(openArchive(path)).rejects.toMatchObject({
      code: "SNAPSHOT_NOT_FOUND",
      exit: 3,
      place: { file: path },
    });
  });
});

describe("bad data is refused while it is read", () => {
  test.each<[code: string, what: string, bytes: Buffer]>([
    ["ZIP_ENTRY_SIZE", "more than the entry says", withField(good, users, field.size, 20)],
    ["ZIP_ENTRY_SIZE", "less than the entry says", withField(good, users, field.size, 5000)],
    ["ZIP_ENTRY_CRC", "another checksum", withField(good, users, field.crc, 1)],
    ["ZIP_ENTRY_CRC", "a changed byte", changed(stored, "xxxx")],
    ["ZIP_DAMAGED", "data that does not inflate", withField(good, users, field.compressedSize, 30)],
  ])("%s: %s", async (code, _what, bytes) => {
    const path = await zipFile(bytes);
    const archive = await openArchive(path);
    const [table] = archive.tables;
    const read = async () => await buffer((await table?.open()) ?? Readable.from([]));
    await expect(read()).rejects.toMatchObject({ code, exit: 3, place: { file: path, entry: users } });
    await archive.close();
  });

  test("no more is handed on than the entry says", async () => {
    const archive = await openArchive(await zipFile(withField(good, users, field.size, 20)));
    let bytes = 0;
    const read = async () => {
      for await (const chunk of (await archive.tables[0]?.open()) ?? []) bytes += (chunk as Buffer).length;
    };
    await expect(read()).rejects.toThrow(UnnestError);
    expect(bytes).toBeLessThanOrEqual(20);
    await archive.close();
  });
});

describe("bad tables are refused with their own code", () => {
  const empty = { name: users, data: "" };
  test.each<[code: string, what: string, inputs: readonly ZipInput[], place: object]>([
    ["NO_DOCUMENTS", "no table", [{ name: "README.md", data: "hello" }], {}],
    ["NO_DOCUMENTS", "a file that is in no table", [{ name: "documents.jsonl", data: documents }], {}],
    ["NO_DOCUMENTS", "an empty list of tables", [{ name: list, data: "" }], {}],
    ["TABLE_TWICE", "an entry twice", [listed, empty, empty], { entry: users }],
    [
      "TABLE_TWICE",
      "two exports",
      [
        { ...listed, name: `a/${list}` },
        { ...listed, name: `b/${list}` },
      ],
      { entry: "a/" },
    ],
    [
      "TABLE_TWICE",
      "a table listed twice",
      [{ name: list, data: `${listed.data}{"name":"users","id":10002}` }],
      { line: 2 },
    ],
    [
      "TABLE_NUMBER_TWICE",
      "a number listed twice",
      [{ name: list, data: `${listed.data}{"name":"tags","id":10001}` }],
      { line: 2, table: "tags" },
    ],
    [
      "TABLE_NUMBER_TWICE",
      "a number listed and found",
      [listed, empty, { name: "tags/documents.jsonl", data: documents }],
      { table: "tags" },
    ],
    [
      "TABLE_NAME_INVALID",
      "a hyphen",
      [listed, { name: "my-tags/documents.jsonl", data: "" }],
      { entry: "my-tags/documents.jsonl" },
    ],
    ["TABLE_NAME_INVALID", "underscores only", [listed, { name: "__/documents.jsonl", data: "" }], {}],
    ["TABLE_NAME_INVALID", "65 characters", [listed, { name: `${"t".repeat(65)}/documents.jsonl`, data: "" }], {}],
    ["TABLE_NAME_INVALID", "a component", [listed, { name: "_components/a b/users/documents.jsonl", data: "" }], {}],
    ["TABLE_NAME_INVALID", "a listed name", [{ name: list, data: '{"name":"9","id":10001}\n' }], { line: 1 }],
    ["TABLES_MALFORMED", "no JSON", [{ name: list, data: `${listed.data}{"name"` }], { line: 2, entry: list }],
    ["TABLES_MALFORMED", "no number", [{ name: list, data: '{"name":"users"}\n' }], { line: 1 }],
    ["TABLES_MALFORMED", "a number in quotes", [{ name: list, data: '{"name":"users","id":"10001"}\n' }], { line: 1 }],
    ["TABLES_MALFORMED", "no object", [{ name: list, data: '["users",10001]\n' }], { line: 1 }],
    [
      "TABLE_NUMBER_INVALID",
      "number 0",
      [{ name: list, data: '{"name":"users","id":0}\n' }],
      { line: 1, table: "users" },
    ],
    ["TABLE_NUMBER_INVALID", "33 bits", [{ name: list, data: '{"name":"users","id":4294967296}\n' }], { line: 1 }],
    ["TABLE_NUMBER_INVALID", "a fraction", [{ name: list, data: '{"name":"users","id":1.5}\n' }], { line: 1 }],
    [
      "GENERATED_SCHEMA_INVALID",
      "a schema that cannot be read",
      [listed, empty, { name: "users/generated_schema.jsonl", data: '"universal"\n' }],
      { table: "users", entry: "users/generated_schema.jsonl", line: 1 },
    ],
    ["SYMBOLIC_LINK", "a link in the archive", [listed, { ...empty, mode: 0o120777 }], { entry: users }],
  ])("%s: %s", async (code, _what, inputs, place) => {
    const path = await zipFile(await zipBytes(inputs));
    await expect(openArchive(path)).rejects.toMatchObject({ code, exit: 3, place: { file: path, ...place } });
  });

  test("SYMBOLIC_LINK: a link in a folder", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "users"));
    await writeFile(join(folder, users), "");
    await symlink(folder, join(folder, "again"));
    await expect(openArchive(folder)).rejects.toMatchObject({
      code: "SYMBOLIC_LINK",
      place: { file: folder, entry: "again" },
    });
  });
});

/** A copy with one byte of a text changed. */
function changed(bytes: Buffer, text: string): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.indexOf(text)] = 0x79;
  expect(centralRecord(copy, users)).toBeGreaterThan(0);
  return copy;
}
