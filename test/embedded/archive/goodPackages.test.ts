/** Packages near the edge of what a deployment refuses, which it must take. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { encodeId } from "../../../pipeline/convexFormat/ids.js";
import { importSnapshot } from "../../../pipeline/embedded/archive/importSnapshot.js";
import type { ImportMode } from "../../../pipeline/embedded/archive/planImport.js";
import { temporaryFolder } from "../../convexFormat/temporaryFolder.js";
import { zipBytes, zipFile } from "../../convexFormat/zips.js";
import {
  author,
  book,
  idOf,
  idsOf,
  library,
  list,
  numbers,
  type PackageFiles,
  packageFile,
  uniform,
} from "./library.js";

const tables = "_tables/documents.jsonl";
const authors = "authors/documents.jsonl";
const authorsOnly = { [tables]: list({ authors: numbers.authors }) };
const two = { ...authorsOnly, ...uniform("authors", author(3) + author(4)) };
const things = 10_090;
const thing = (members: string): PackageFiles => ({
  [tables]: list({ things }),
  ...uniform(
    "things",
    `{"_creationTime":1770000000000.5,"_id":"${encodeId(things, new Uint8Array(16).fill(1))}",${members}}\n`,
  ),
});
/** `_id`, `_creationTime`, `a` and their values but for the text's letters, as Convex counts. */
const around = 2 + "_id".length + 1 + (2 + 32) + "_creationTime".length + 1 + 9 + "a".length + 1 + 2;

interface Good {
  readonly name: string;
  readonly mode: ImportMode;
  readonly files: PackageFiles;
  /** Documents by table that the import must tell. */
  readonly tables: Readonly<Record<string, number>>;
}

const good: readonly Good[] = [
  { name: "two documents to append", mode: "append", files: two, tables: { authors: 2 } },
  {
    name: "a folder before everything else",
    mode: "append",
    files: Object.fromEntries(Object.entries(two).map(([path, text]) => [`snapshot/${path}`, text])),
    tables: { authors: 2 },
  },
  {
    name: "line ends of Windows and a last line without one",
    mode: "append",
    files: { ...two, [authors]: (author(3) + author(4)).replaceAll("\n", "\r\n").trimEnd() },
    tables: { authors: 2 },
  },
  {
    name: "no list of tables: the first _id tells the number",
    mode: "append",
    files: uniform("authors", author(3)),
    tables: { authors: 1 },
  },
  {
    name: "neither list nor ids nor times: the table keeps its number",
    mode: "append",
    files: { [authors]: '{"name":"A"}\n{"name":"B"}\n' },
    tables: { authors: 2 },
  },
  {
    name: "a new table without any number",
    mode: "append",
    files: { "shelves/documents.jsonl": '{"floor":1}\n' },
    tables: { shelves: 1 },
  },
  {
    name: "no generated schema: integers are floats",
    mode: "append",
    files: { [tables]: list({ books: numbers.books }), "books/documents.jsonl": book(2, 1).replace("12.5", "12") },
    tables: { books: 1 },
  },
  {
    name: "an older export, whose shape makes an Int64 of a text",
    mode: "append",
    files: {
      ...authorsOnly,
      [authors]: author(3, ',"born":"1949"'),
      "authors/generated_schema.jsonl": `"{\\"_id\\": id<10001>, \\"_creationTime\\": normalfloat64, \\"born\\": int64, \\"name\\": string}"\n`,
    },
    tables: { authors: 1 },
  },
  {
    name: "a document of 1 MiB",
    mode: "append",
    files: thing(`"a":"${"x".repeat(1_048_576 - around)}"`),
    tables: { things: 1 },
  },
  {
    name: "sixteen levels",
    mode: "append",
    files: thing(`"a":${"[".repeat(15)}${"]".repeat(15)}`),
    tables: { things: 1 },
  },
  { name: "8,192 elements", mode: "append", files: thing(`"a":[${"0.0,".repeat(8191)}0.0]`), tables: { things: 1 } },
  {
    name: "special values",
    mode: "append",
    files: thing('"a":[{"$float":"AAAAAAAA+H8="},-0.0,{"$bytes":"AQI="},9007199254740993]'),
    tables: { things: 1 },
  },
  {
    name: "the first and the last creation time",
    mode: "append",
    files: {
      ...authorsOnly,
      ...uniform(
        "authors",
        author(3).replace("1770000000000.5", "5e-324") + author(4).replace("1770000000000.5", "9007199254740991.0"),
      ),
    },
    tables: { authors: 2 },
  },
  {
    name: "a reference to a document that does not exist",
    mode: "append",
    files: { [tables]: list({ books: numbers.books }), ...uniform("books", book(2, 77)) },
    tables: { books: 1 },
  },
  {
    name: "a deleted document's _id, where the table is replaced",
    mode: "replace",
    files: { ...authorsOnly, ...uniform("authors", author(1) + author(9)) },
    tables: { authors: 2 },
  },
  {
    name: "other numbers, where all that refer to them are replaced too",
    mode: "replace",
    files: {
      [tables]: list({ authors: 10_050, books: 10_051 }),
      ...uniform("authors", author(1).replace(idOf("authors", 1), idOf(10_050, 1))),
      ...uniform(
        "books",
        book(1, 1).replace(idOf("authors", 1), idOf(10_050, 1)).replace(idOf("books", 1), idOf(10_051, 1)),
      ),
    },
    tables: { authors: 1, books: 1 },
  },
  {
    name: "numbers that change places",
    mode: "replace",
    files: { [tables]: list({ authors: numbers.books, books: numbers.authors }), ...uniform("authors", "") },
    tables: { authors: 0, books: 0 },
  },
  {
    name: "an empty table beside full ones",
    mode: "empty",
    files: { [tables]: list({ poets: 10_050 }) },
    tables: { poets: 0 },
  },
];

test.each(good.map((one) => [one.name, one] as const))(
  "%s is imported",
  async (_, { files, mode, tables: expected }) => {
    const deployment = await library();
    const imported = await importSnapshot(deployment, await packageFile(files), mode);
    expect(Object.fromEntries(imported.tables)).toEqual(expected);
    for (const [name, count] of Object.entries(expected)) {
      expect(idsOf(deployment, name)?.length).toBeGreaterThanOrEqual(count);
    }
  },
);

test("a folder and a ZIP of the ZIP64 kind are packages too", async () => {
  const folder = await temporaryFolder();
  for (const [path, data] of Object.entries(two)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), data);
  }
  const zip64 = await zipFile(
    await zipBytes(
      Object.entries(two).map(([name, data]) => ({ name, data })),
      { zip64: true },
    ),
  );
  for (const path of [folder, zip64]) {
    const deployment = await library();
    await importSnapshot(deployment, path, "append");
    expect(idsOf(deployment, "authors")).toEqual([1, 2, 3, 4].map((n) => idOf("authors", n)));
  }
});

test("tables of components and of Convex itself are left out and said to be", async () => {
  const deployment = await library();
  const path = await packageFile({
    ...two,
    ...uniform("_components/mail/letters", author(1)),
    ...uniform("_scheduled_functions", ""),
  });
  const { leftOut, tables: imported } = await importSnapshot(deployment, path, "append");
  expect([...leftOut].sort()).toEqual(["_components/mail/letters", "_scheduled_functions"]);
  expect([...imported.keys()]).toEqual(["authors"]);
});
