/** A small deployment to import into: a library with two tables of its schema and one the schema does not know. */
import { defineSchema, defineTable, mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";
import { hash32 } from "../../../fixtures/generator/random.js";
import { encodeId } from "../../../pipeline/convexFormat/ids.js";
import { loadSnapshot } from "../../../pipeline/embedded/archive/loadSnapshot.js";
import { EmbeddedDeployment } from "../../../pipeline/embedded/embeddedDeployment.js";
import { zipBytes, zipFile } from "../../convexFormat/zips.js";

export const numbers = { authors: 10001, books: 10002, loans: 10003 } as const;

const schema = defineSchema({
  authors: defineTable({ name: v.string(), born: v.optional(v.int64()) }).index("by_name", ["name"]),
  books: defineTable({
    title: v.string(),
    author: v.id("authors"),
    price: v.number(),
    cover: v.optional(v.id("_storage")),
    shelf: v.optional(v.id("shelves")),
  }),
});

const modules = {
  library: {
    addAuthor: mutationGeneric({
      args: { name: v.string() },
      handler: async ({ db }, { name }) => await db.insert("authors", { born: 1949n, name }),
    }),
    addLoans: mutationGeneric({
      args: { notes: v.array(v.any()) },
      handler: async ({ db }, { notes }) => {
        for (const note of notes) await db.insert("loans", { note });
      },
    }),
    loans: queryGeneric({ args: {}, handler: async ({ db }) => await db.query("loans").collect() }),
    remove: mutationGeneric({
      args: { id: v.string() },
      handler: async ({ db }, { id }) => await db.delete(id as never),
    }),
    titles: queryGeneric({
      args: {},
      handler: async ({ db }) => (await db.query("books").collect()).map(({ title }) => String(title)),
    }),
  },
};

/** The n-th id of a table; ids are in the order of n, which is below 256. */
export const idOf = (table: keyof typeof numbers | number, n: number): string =>
  encodeId(typeof table === "number" ? table : numbers[table], new Uint8Array(16).fill(n));

/** Contents by path in the archive. */
export type PackageFiles = Readonly<Record<string, string | Buffer>>;

export const list = (tables: Readonly<Record<string, number>>): string =>
  Object.entries(tables)
    .map(([name, id]) => `${JSON.stringify({ name, id })}\n`)
    .join("");

/** A line of authors. @param more members as JSON, behind the required ones */
export const author = (n: number, more = ""): string =>
  `{"_creationTime":1770000000000.5,"_id":"${idOf("authors", n)}","name":"Author ${n}"${more}}\n`;

export const book = (n: number, authorOf: number): string =>
  `{"_creationTime":1770000000000.5,"_id":"${idOf("books", n)}","author":"${idOf("authors", authorOf)}","price":12.5,"title":"Book ${n}"}\n`;

/** A table's files in the lossless encoding. */
export const uniform = (name: string, lines: string | Buffer): PackageFiles => ({
  [`${name}/documents.jsonl`]: lines,
  [`${name}/generated_schema.jsonl`]: '"uniform"\n',
});

/** Writes a package as a ZIP of the running test. @returns its path */
export async function packageFile(files: PackageFiles): Promise<string> {
  return await zipFile(await zipBytes(Object.entries(files).map(([name, data]) => ({ name, data }))));
}

/** An empty library. */
export async function emptyLibrary(): Promise<EmbeddedDeployment> {
  let drawn = 0;
  const random = (): number => hash32(1, drawn++, 0) / 2 ** 32;
  return await EmbeddedDeployment.create({ schema, modules, random, now: () => 1_780_000_000_000 });
}

/** The library with authors 1 and 2, a book by the first and a loan; author 9 has been deleted. */
export async function library(): Promise<EmbeddedDeployment> {
  const deployment = await emptyLibrary();
  const snapshot = await packageFile({
    "_tables/documents.jsonl": list(numbers),
    ...uniform("authors", author(1) + author(2, ',"born":1912') + author(9)),
    ...uniform("books", book(1, 1)),
    ...uniform("loans", `{"_creationTime":1770000000000.5,"_id":"${idOf("loans", 1)}","days":28}\n`),
  });
  await loadSnapshot(deployment, snapshot);
  await call(deployment, "remove", { id: idOf("authors", 9) });
  return deployment;
}

/** Calls a mutation of the library; throws what it says when it fails. */
export async function call(
  deployment: EmbeddedDeployment,
  name: "addAuthor" | "remove",
  args: Record<string, string>,
): Promise<unknown> {
  const result = await deployment.call("mutation", `library:${name}`, args, { admin: true });
  if (result.status !== "success") throw new Error(JSON.stringify(result));
  return result.value;
}

/** Ids of a table's documents, in order; null where there is no such table. */
export function idsOf(deployment: EmbeddedDeployment, table: string): string[] | null {
  const found = deployment.store.table(table);
  return found === undefined ? null : [...found.inIdOrder()].map(({ id }) => id);
}
