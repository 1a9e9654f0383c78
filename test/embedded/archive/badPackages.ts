/**
 * Packages that a deployment refuses, each made from a small good one by one change, and the reason it must be refused with. They go
 * into the library of library.ts.
 */
import { encodeId } from "../../../pipeline/convexFormat/ids.js";
import type { ImportPlace, ImportReason } from "../../../pipeline/embedded/archive/importRefused.js";
import type { ImportMode } from "../../../pipeline/embedded/archive/planImport.js";
import { field, withField, zipBytes } from "../../convexFormat/zips.js";
import { author, book, idOf, list, numbers, type PackageFiles, uniform } from "./library.js";

export interface BadPackage {
  readonly name: string;
  readonly mode: ImportMode;
  readonly reason: ImportReason;
  /** Where the refusal must say it lies, as far as the case has a place. */
  readonly place: ImportPlace;
  /** Files of a ZIP, or the bytes of what is none. */
  readonly content: PackageFiles | (() => Promise<Buffer>);
}

const tables = "_tables/documents.jsonl";
const authors = "authors/documents.jsonl";
const authorsSchema = "authors/generated_schema.jsonl";

/** Two new authors. */
const good: PackageFiles = {
  [tables]: list({ authors: numbers.authors }),
  ...uniform("authors", author(3) + author(4)),
};

const goodZip = async (): Promise<Buffer> =>
  await zipBytes(Object.entries(good).map(([name, data]) => ({ name, data, compress: false })));

/** The good package with some files replaced, to be appended. */
function changed(name: string, reason: ImportReason, place: ImportPlace, changes: PackageFiles): BadPackage {
  return { name, mode: "append", reason, place, content: { ...good, ...changes } };
}

/** The good package whose second author is another line. */
function line(name: string, reason: ImportReason, second: string | Buffer): BadPackage {
  const lines = Buffer.concat([Buffer.from(author(3)), Buffer.from(second)]);
  return changed(name, reason, { table: "authors", line: 2 }, { [authors]: lines });
}

/** A table that the schema does not know, so that only the rules of values apply. */
function value(name: string, reason: ImportReason, members: string): BadPackage {
  const id = encodeId(10_090, new Uint8Array(16).fill(1));
  const only = `{"_creationTime":1770000000000.5,"_id":"${id}",${members}}\n`;
  const files = { [tables]: list({ things: 10_090 }), ...uniform("things", only) };
  return { name, mode: "append", reason, place: { table: "things", line: 1 }, content: files };
}

function bytes(name: string, content: () => Promise<Buffer>): BadPackage {
  return { name, mode: "append", reason: "InvalidZip", place: {}, content };
}

const nested = (levels: number): string => `"a":${"[".repeat(levels)}${"]".repeat(levels)}`;
const authorWith = (members: string): string => `{"name":"A",${members}}\n`;
const timed = (time: string): string => authorWith(`"_creationTime":${time},"_id":"${idOf("authors", 4)}"`);
const identified = (id: string): string => authorWith(`"_creationTime":1770000000000.5,"_id":${id}`);
const bookOf = (members: string): PackageFiles => ({
  [tables]: list({ books: numbers.books }),
  ...uniform("books", `{"_creationTime":1770000000000.5,"_id":"${idOf("books", 2)}",${members}}\n`),
});
const mismatch = (name: string, members: string): BadPackage => ({
  name,
  mode: "append",
  reason: "SchemaEnforcementError",
  place: { table: "books", line: 1, documentId: idOf("books", 2) },
  content: bookOf(members),
});
const soundBook = `"author":"${idOf("authors", 1)}","title":"T"`;

export const badPackages: readonly BadPackage[] = [
  // The archive.
  bytes("no ZIP at all", async () => Buffer.from("name,id\nauthors,10001\n")),
  bytes("a ZIP cut off", async () => (await goodZip()).subarray(0, -40)),
  bytes("an entry with another checksum", async () => withField(await goodZip(), authors, field.crc, 7)),
  bytes("an encrypted entry", async () => withField(await goodZip(), authors, field.flags, 1)),
  bytes("an entry of another method", async () => withField(await goodZip(), authors, field.method, 12)),
  bytes("an entry with another size", async () => withField(await goodZip(), authors, field.size, 3)),
  bytes("nothing to import", async () => await zipBytes([{ name: "README.md", data: "hello" }])),

  // Tables and their numbers.
  changed("a line of _tables that is no JSON", "InvalidConvexValue", {}, { [tables]: "authors 10001\n" }),
  changed("a table without a number", "InvalidConvexValue", {}, { [tables]: '{"name":"authors"}\n' }),
  changed("a table with number 0", "InvalidConvexValue", { table: "authors" }, { [tables]: list({ authors: 0 }) }),
  changed(
    "a table listed twice",
    "DuplicateTableName",
    { table: "authors" },
    { [tables]: list({ authors: numbers.authors }) + list({ authors: 10_050 }) },
  ),
  changed(
    "two tables with one number",
    "InvalidId",
    { table: "poets" },
    { [tables]: list({ authors: numbers.authors, poets: numbers.authors }) },
  ),
  changed(
    "a number in _tables that another table's first _id carries",
    "InvalidId",
    { table: "poets" },
    uniform("poets", author(5)),
  ),
  changed("a folder whose name is no table's", "InvalidTableName", {}, uniform("au-thors", "")),
  changed("a name of underscores", "InvalidTableName", {}, { [tables]: '{"name":"___","id":10050}\n' }),
  changed("a name of 65 letters", "InvalidTableName", {}, { [tables]: list({ ["a".repeat(65)]: 10_050 }) }),
  changed(
    "another number than the table has, to be appended",
    "TableNumberConflict",
    { table: "authors" },
    { [tables]: list({ authors: 10_050 }), ...uniform("authors", "") },
  ),
  changed(
    "the number of a table that is not touched",
    "TableConflict",
    { table: "poets" },
    { [tables]: list({ authors: numbers.authors, poets: numbers.books }) },
  ),
  changed(
    "the number of one of Convex's own tables",
    "TableConflict",
    { table: "poets" },
    { [tables]: list({ authors: numbers.authors, poets: 514 }) },
  ),
  {
    name: "a table that others refer to, replaced under another number",
    mode: "replace",
    reason: "ImportForeignKey",
    place: { table: "authors" },
    content: { [tables]: list({ authors: 10_050 }), ...uniform("authors", "") },
  },
  {
    name: "a table that holds documents, neither appended nor replaced",
    mode: "empty",
    reason: "TableExists",
    place: { table: "authors" },
    content: good,
  },
  {
    name: "such a table that is only listed",
    mode: "empty",
    reason: "TableExists",
    place: { table: "loans" },
    content: { [tables]: list({ loans: numbers.loans, poets: 10_050 }) },
  },

  // How values are to be read.
  changed(
    "a generated schema that is no JSON",
    "InvalidGeneratedSchema",
    { table: "authors" },
    { [authorsSchema]: "uniform\n" },
  ),
  changed(
    "a shape that does not exist",
    "InvalidGeneratedSchema",
    { table: "authors" },
    { [authorsSchema]: '"{\\"name\\": text}"\n' },
  ),
  changed(
    "an override of no reading",
    "InvalidGeneratedSchema",
    { table: "authors" },
    { [authorsSchema]: `"unknown"\n{"${idOf("authors", 3)}":"date"}\n` },
  ),
  {
    ...changed(
      "a number spelled as a tag where there is no generated schema",
      "InvalidConvexValue",
      { table: "authors", line: 1 },
      {},
    ),
    content: {
      [tables]: list({ authors: numbers.authors }),
      [authors]: author(3, ',"born":{"$integer":"AAAAAAAAAAA="}'),
    },
  },

  // Lines.
  line("a line that is not UTF-8", "NotUtf8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d, 0x0a])),
  changed(
    "a byte order mark",
    "JsonInvalidRow",
    { table: "authors", line: 1 },
    { [authors]: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(author(3))]) },
  ),
  line("a blank line", "JsonInvalidRow", `\n${author(4)}`),
  line("a line cut off", "JsonInvalidRow", author(4).slice(0, 40)),
  line("a trailing comma", "JsonInvalidRow", author(4).replace("}", ",}")),
  line("half a surrogate pair", "JsonInvalidRow", authorWith('"x":"\\ud83d"')),
  line("a number that no float holds", "JsonInvalidRow", authorWith('"born":1e999')),
  line("an array", "NotAnObject", '["Author"]\n'),
  line("a tag that does not exist", "InvalidConvexValue", authorWith('"born":{"$date":"2026"}')),
  line("an ordinary float in a tag", "InvalidConvexValue", authorWith('"born":{"$float":"AAAAAAAA8D8="}')),

  // Values.
  value("seventeen levels", "InvalidDocumentError", nested(16)),
  value("an array of 8,193 elements", "InvalidConvexValue", `"a":[${"0.0,".repeat(8192)}0.0]`),
  value(
    "1,025 fields in an object",
    "InvalidConvexValue",
    `"a":{${Array.from({ length: 1025 }, (_, i) => `"f${i}":null`).join(",")}}`,
  ),
  value("a field name beyond ASCII", "InvalidConvexValue", '"a":{"é":null}'),
  value("a field name of 1,025 letters", "InvalidConvexValue", `"a":{"${"f".repeat(1025)}":null}`),
  value("a field that begins with _", "InvalidDocumentError", '"_rating":1.0'),
  value("a document of more than 1 MiB", "ValueTooLargeError", `"a":"${"x".repeat(1_048_577)}"`),

  // Ids and times.
  line("an _id that is no id", "InvalidId", identified('"author-4"')),
  line("an _id in capitals", "InvalidId", identified(`"${idOf("authors", 4).toUpperCase()}"`)),
  line("an _id with another checksum", "InvalidId", identified(`"${`${idOf("authors", 4).slice(0, -2)}00`}"`)),
  line("an _id that is a number", "InvalidIdError", identified("4.0")),
  line("an _id of another table", "ImportConflict", identified(`"${idOf("books", 4)}"`)),
  line("the same _id twice", "DuplicateId", author(3)),
  changed(
    "an _id that exists",
    "DocumentExists",
    { table: "authors", documentId: idOf("authors", 2) },
    uniform("authors", author(2)),
  ),
  changed(
    "an _id that was deleted",
    "DocumentDeleted",
    { table: "authors", documentId: idOf("authors", 9) },
    uniform("authors", author(9)),
  ),
  line("the creation time 0", "InvalidCreationTimeError", timed("0.0")),
  line("a creation time before 1970", "InvalidCreationTimeError", timed("-1.0")),
  line("the creation time 2^53", "InvalidCreationTimeError", timed("9007199254740992.0")),
  line("an Int64 as creation time", "InvalidCreationTimeError", timed("1770000000000")),
  line("a text as creation time", "InvalidCreationTimeError", timed('"2026-02-02"')),

  // The schema.
  mismatch("a required field that is missing", soundBook),
  mismatch("a field that the schema does not have", `${soundBook},"isbn":"1","price":1.0`),
  mismatch("a float printed without its fraction, which is an Int64", `${soundBook},"price":3`),
  mismatch("null for an optional field", `${soundBook},"cover":null,"price":1.0`),
  mismatch("a reference into another table", `"author":"${idOf("books", 1)}","price":1.0,"title":"T"`),
  mismatch("a reference into a table that does not exist", `"author":"${idOf(10_099, 1)}","price":1.0,"title":"T"`),
  mismatch("a reference that is no id", '"author":"someone","price":1.0,"title":"T"'),
  {
    name: "an author whose number changes for the books of the same package",
    mode: "replace",
    reason: "SchemaEnforcementError",
    place: { table: "books", line: 1 },
    content: {
      [tables]: list({ authors: 10_050, books: numbers.books }),
      ...uniform("authors", ""),
      ...uniform("books", book(1, 1)),
    },
  },
];
