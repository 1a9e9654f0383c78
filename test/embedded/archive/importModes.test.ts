import { expect, test } from "vitest";
import { decodeId } from "../../../pipeline/convexFormat/ids.js";
import { importSnapshot } from "../../../pipeline/embedded/archive/importSnapshot.js";
import { loadSnapshot } from "../../../pipeline/embedded/archive/loadSnapshot.js";
import {
  author,
  book,
  call,
  emptyLibrary,
  idOf,
  idsOf,
  library,
  list,
  numbers,
  packageFile,
  uniform,
} from "./library.js";

const tables = "_tables/documents.jsonl";
const authors = (...ns: number[]): string[] => ns.map((n) => idOf("authors", n));
const authorsPackage = (lines: string): Promise<string> =>
  packageFile({ [tables]: list({ authors: numbers.authors }), ...uniform("authors", lines) });

test("append adds to what is there; the same package a second time is refused", async () => {
  const deployment = await library();
  const path = await authorsPackage(author(3));
  const imported = await importSnapshot(deployment, path, "append");
  expect(imported).toMatchObject({ documents: 1, leftOut: [] });
  expect(idsOf(deployment, "authors")).toEqual(authors(1, 2, 3));
  await expect(importSnapshot(deployment, path, "append")).rejects.toMatchObject({ reason: "DocumentExists" });
  await call(deployment, "remove", { id: idOf("authors", 3) });
  await expect(importSnapshot(deployment, path, "append")).rejects.toMatchObject({ reason: "DocumentDeleted" });
});

test("append is not atomic: the pieces before the one that is refused stay", async () => {
  const deployment = await library();
  const many = Array.from({ length: 8001 }, () => '{"name":"A"}\n').join("");
  const bad = '{"name":"B"}\n{"name":1.0}\n';
  await expect(importSnapshot(deployment, await authorsPackage(many + bad), "append")).rejects.toMatchObject({
    reason: "SchemaEnforcementError",
    place: { table: "authors", line: 8003 },
  });
  expect(idsOf(deployment, "authors")).toHaveLength(2 + 8001);
});

test("the same _id in two pieces meets the document of the first", async () => {
  const deployment = await library();
  const many = Array.from({ length: 8001 }, () => '{"name":"A"}\n').join("");
  const path = await authorsPackage(author(3) + many + author(3));
  await expect(importSnapshot(deployment, path, "append")).rejects.toMatchObject({ reason: "DocumentExists" });
});

test("replace swaps whole tables in, empties those that are only listed, and leaves the others", async () => {
  const deployment = await library();
  const path = await packageFile({
    [tables]: list({ authors: numbers.authors, loans: numbers.loans }),
    ...uniform("authors", author(1) + author(7)),
  });
  await importSnapshot(deployment, path, "replace");
  expect(idsOf(deployment, "authors")).toEqual(authors(1, 7));
  expect(idsOf(deployment, "loans")).toEqual([]);
  expect(idsOf(deployment, "books")).toEqual([idOf("books", 1)]);
});

test("replace-all also empties the schema's other tables and removes those that it does not know", async () => {
  const deployment = await library();
  await importSnapshot(deployment, await authorsPackage(author(1)), "replace-all");
  expect(idsOf(deployment, "authors")).toEqual(authors(1));
  expect(idsOf(deployment, "books")).toEqual([]);
  expect(idsOf(deployment, "loans")).toBeNull();
  expect(deployment.store.table("books")?.number).toBe(numbers.books);
});

test("replace-all does not remove a table that the schema refers to", async () => {
  const deployment = await library();
  await importSnapshot(deployment, await packageFile({ "shelves/documents.jsonl": '{"floor":1}\n' }), "append");
  await expect(importSnapshot(deployment, await authorsPackage(author(1)), "replace-all")).rejects.toMatchObject({
    reason: "SchemaEnforcementError",
    place: { table: "shelves" },
  });
  expect(idsOf(deployment, "shelves")).toHaveLength(1);
});

test("what is written to a table while it is replaced is lost", async () => {
  const deployment = await library();
  const importing = importSnapshot(deployment, await authorsPackage(author(1)), "replace");
  await call(deployment, "addAuthor", { name: "Too late" });
  expect(idsOf(deployment, "authors")).toHaveLength(3);
  await importing;
  expect(idsOf(deployment, "authors")).toEqual(authors(1));
});

test("documents without _id or _creationTime get them", async () => {
  const deployment = await library();
  await importSnapshot(deployment, await authorsPackage('{"name":"A"}\n{"born":1949,"name":"B"}\n'), "append");
  const table = deployment.store.table("authors");
  const added = [...(table?.inIdOrder() ?? [])].filter(({ id }) => !authors(1, 2).includes(id));
  expect(added.map(({ id }) => decodeId(id)?.tableNumber)).toEqual([numbers.authors, numbers.authors]);
  expect(
    added.map(({ json, id, creationTime }) => {
      const { _id, _creationTime } = JSON.parse(json) as Record<string, unknown>;
      return _id === id && _creationTime === creationTime && creationTime >= 1_780_000_000_000;
    }),
  ).toEqual([true, true]);
});

test("functions read what was imported, by its indexes too", async () => {
  const deployment = await library();
  await importSnapshot(
    deployment,
    await packageFile({ [tables]: list({ books: numbers.books }), ...uniform("books", book(2, 1)) }),
    "append",
  );
  expect(await deployment.call("query", "library:titles", {}, { admin: true })).toMatchObject({
    value: ["Book 1", "Book 2"],
  });
});

test("a snapshot is loaded into an empty deployment alone", async () => {
  await expect(loadSnapshot(await library(), await authorsPackage(author(1)))).rejects.toMatchObject({
    reason: "TableExists",
  });
});

test("a snapshot's numbers may be those of Convex's own tables here, which give way", async () => {
  const path = await packageFile({
    [tables]: list({ authors: 513 }),
    ...uniform("authors", author(1).replace(idOf("authors", 1), idOf(513, 1))),
    "_storage/documents.jsonl": `{"_creationTime":1770000000000.5,"_id":"${idOf(514, 1)}","size":3,"sha256":"x"}\n`,
  });
  const deployment = await emptyLibrary();
  expect((await loadSnapshot(deployment, path)).documents).toBe(2);
  expect(idsOf(deployment, "_storage")).toEqual([idOf(514, 1)]);
  const taken = deployment.store.tables().map(({ number }) => number);
  expect(new Set(taken).size).toBe(taken.length);
});

test("documents older than the schema's validation can be loaded all the same, and are named", async () => {
  const path = await authorsPackage(author(1) + author(2, ',"rating":5.0'));
  await expect(loadSnapshot(await emptyLibrary(), path)).rejects.toMatchObject({
    reason: "SchemaEnforcementError",
    place: { table: "authors", line: 2, documentId: idOf("authors", 2) },
  });
  const deployment = await emptyLibrary();
  const { documents, offenders } = await loadSnapshot(deployment, path, { offenders: "keep" });
  expect(documents).toBe(2);
  expect(offenders).toMatchObject({ count: 1, first: [{ table: "authors", line: 2, documentId: idOf("authors", 2) }] });
});
