/** Archives that are refused before or while their data is read. */
import { randomBytes } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ErrorCode, ErrorPlace } from "../../pipeline/errors.js";
import { field, renamed, withField, zipBytes } from "../convexFormat/zips.js";
import { exportFiles, type Files, idOf, paths, user, writeFolder, zipOf } from "./exportFiles.js";
import { expectRefusal, testFolder } from "./refusal.js";

const { users, list, messages } = paths;
const long = exportFiles({ [users]: `${user(idOf(1), `"bio":"${"x".repeat(900)}"`)}\n` });
const good = await zipOf(long);
const stored = await zipOf(long, false);
const bulky = await zipOf(exportFiles({ [users]: randomBytes(1_200_000) }));

/** A copy of which the bytes of a text, in the data, are changed. */
function changed(bytes: Buffer, from: string, to: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(to, copy.indexOf(from), "latin1");
  return copy;
}

describe("the archive as a whole", () => {
  test.each<[ErrorCode, string, Buffer]>([
    ["NOT_A_ZIP", "an empty file", Buffer.alloc(0)],
    ["NOT_A_ZIP", "a table's lines", Buffer.from(long[users] ?? "")],
    ["NOT_A_ZIP", "a gzip file", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0, 0])],
    ["ZIP_TRUNCATED", "half of it", good.subarray(0, good.length / 2)],
    ["ZIP_TRUNCATED", "all but the last byte", good.subarray(0, -1)],
    ["ZIP_TRUNCATED", "its first four bytes", good.subarray(0, 4)],
    ["ZIP_DAMAGED", "without its middle", Buffer.concat([good.subarray(0, 60), good.subarray(160)])],
    ["ZIP_DAMAGED", "with something behind its end", Buffer.concat([good, Buffer.from("tail")])],
    ["ZIP_BOMB", "entries that share their data", withField(good, users, field.compressedSize, 1_000_000)],
  ])("%s: %s", (code, _what, bytes) => expectRefusal(bytes, code));

  test("SNAPSHOT_NOT_FOUND", async () => {
    await expectRefusal(join(await testFolder(), "missing.zip"), "SNAPSHOT_NOT_FOUND");
  });

  test.each<[ErrorCode, string, Files]>([
    [
      "NO_MODEL_TABLES",
      "the normalized tables alone",
      { "attachments/documents.jsonl": "", "tags/documents.jsonl": "" },
    ],
    [
      "NO_MODEL_TABLES",
      "the model's names inside a component",
      { "things/documents.jsonl": "", "_components/a/users/documents.jsonl": "" },
    ],
    ["NO_DOCUMENTS", "no table", { "README.md": "Welcome" }],
    ["NO_DOCUMENTS", "an empty list of tables", { [list]: "" }],
  ])("%s: %s", (code, _what, files) => expectRefusal(files, code));
});

describe("one entry", () => {
  test.each<[ErrorCode, string, Buffer, ErrorPlace]>([
    ["ZIP_ENCRYPTED", "encrypted", withField(good, users, field.flags, 0x0809), { entry: users }],
    ["ZIP_ENCRYPTED", "strongly encrypted", withField(good, users, field.flags, 0x0849), {}],
    ["ZIP_UNSAFE_PATH", "../ at the start", renamed(good, users, "../rs/documents.jsonl"), {}],
    ["ZIP_UNSAFE_PATH", "../ further down", renamed(good, users, "a/../documents.jsonl/"), {}],
    ["ZIP_UNSAFE_PATH", "an absolute path", renamed(good, users, "/sers/documents.jsonl"), {}],
    ["ZIP_UNSAFE_PATH", "a drive", renamed(good, users, "c:\\rs/documents.jsonl"), {}],
    ["ZIP_UNSAFE_PATH", "..\\", renamed(good, users, "..\\srs\\ocuments.jsonl"), {}],
    ["ZIP_BACKSLASHES", "zipped by an old Windows tool", renamed(good, users, "users\\documents.jsonl"), {}],
    ["ZIP_UNSAFE_PATH", "a NUL", renamed(good, users, "use\0s/documents.jsonl"), {}],
    ["ZIP_METHOD", "packed by another method", withField(good, users, field.method, 12), { entry: users }],
    ["ZIP_ENTRY_SIZE", "stored, with two sizes", withField(stored, users, field.size, 5), { entry: users }],
    [
      "ZIP_ENTRY_SIZE",
      "a size that deflate cannot reach",
      withField(good, users, field.size, 30_000_000),
      { entry: users },
    ],
    ["ZIP_ENTRY_SIZE", "more data than it says", withField(good, users, field.size, 20), { entry: users }],
    ["ZIP_ENTRY_SIZE", "less data than it says", withField(good, users, field.size, 5000), { entry: users }],
    ["ZIP_ENTRY_CRC", "another checksum", withField(good, users, field.crc, 1), { entry: users }],
    ["ZIP_ENTRY_CRC", "a changed byte that is still JSON", changed(stored, "xxxx", "xyxx"), { entry: users }],
    ["ZIP_DAMAGED", "data that does not inflate", withField(good, users, field.compressedSize, 30), { entry: users }],
    ["ZIP_DAMAGED", "data that is not where it should be", withField(good, users, [42, 4], 7), {}],
    ["ZIP_BOMB", "1.1 GiB in 1.2 MB", withField(bulky, users, field.size, 1_180_000_000), { entry: users }],
  ])("%s: %s", (code, _what, bytes, place) => expectRefusal(bytes, code, place));

  test("SYMBOLIC_LINK: in the archive", async () => {
    const entries = Object.entries(long).map(([name, data]) => ({
      name,
      data,
      mode: name === users ? 0o120777 : 0o100644,
    }));
    await expectRefusal(await zipBytes(entries), "SYMBOLIC_LINK", { entry: users });
  });

  test("SYMBOLIC_LINK: in a folder", async () => {
    const folder = join(await testFolder(), "export");
    await writeFolder(folder, exportFiles());
    await mkdir(join(folder, "conversations"));
    await writeFile(`${folder}.txt`, "outside");
    await symlink(`${folder}.txt`, join(folder, "conversations/documents.jsonl"));
    await expectRefusal(folder, "SYMBOLIC_LINK", { entry: "conversations/documents.jsonl" });
  });
});

describe("tables", () => {
  test.each<[ErrorCode, string, Files, ErrorPlace]>([
    ["TABLE_TWICE", "two exports side by side", { [`a/${list}`]: "", [`b/${list}`]: "" }, { entry: "a/" }],
    [
      "TABLE_TWICE",
      "listed twice",
      exportFiles({ [list]: '{"name":"users","id":10001}\n{"name":"users","id":10002}\n' }),
      { table: "users", line: 2 },
    ],
    [
      "TABLE_NUMBER_TWICE",
      "a number listed twice",
      exportFiles({ [list]: '{"name":"users","id":10001}\n{"name":"tags","id":10001}\n' }),
      { table: "tags", line: 2 },
    ],
    [
      "TABLE_NUMBER_TWICE",
      "a number listed, and found in an _id",
      exportFiles({ "notes/documents.jsonl": `${user(idOf(7))}\n` }),
      { table: "users" },
    ],
    ["TABLE_NUMBER_INVALID", "number 0", exportFiles({ [list]: '{"name":"users","id":0}\n' }), { line: 1 }],
    [
      "TABLE_NAME_INVALID",
      "a hyphen",
      exportFiles({ "my-notes/documents.jsonl": "" }),
      { entry: "my-notes/documents.jsonl" },
    ],
    ["TABLE_NAME_INVALID", "65 characters", exportFiles({ [`${"t".repeat(65)}/documents.jsonl`]: "" }), {}],
    [
      "TABLES_MALFORMED",
      "the list cut off",
      exportFiles({ [list]: '{"name":"users","id":10001}\n{"na' }),
      { entry: list, line: 2 },
    ],
    [
      "GENERATED_SCHEMA_INVALID",
      "a word that no shape has",
      exportFiles({ [paths.usersSchema]: '"universal"\n' }),
      { table: "users", line: 1 },
    ],
    [
      "GENERATED_SCHEMA_INVALID",
      "not JSON",
      exportFiles({ [paths.usersSchema]: "uniform\n" }),
      { table: "users", line: 1 },
    ],
  ])("%s: %s", (code, _what, files, place) => expectRefusal(files, code, place));

  test("TABLE_TWICE: an entry twice", async () => {
    const entries = Object.entries(exportFiles()).map(([name, data]) => ({ name, data }));
    await expectRefusal(await zipBytes([...entries, { name: messages, data: "" }]), "TABLE_TWICE", {
      entry: messages,
      table: "messages",
    });
  });
});

test("what all of these were made from is fine", async () => {
  await expect(expectRefusal(good, "INTERNAL")).rejects.toThrow(/expected null/);
});
