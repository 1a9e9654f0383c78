/** Thousands of tables that the model does not know cost what their bytes cost: they share one table, and lose nothing by it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeId } from "../../pipeline/convexFormat/ids.js";
import { qualified } from "../../pipeline/db/quote.js";
import { folderOf, load } from "./loadedWorld.js";

const idOf = (table: number, document: number): string => encodeId(table, new Uint8Array(16).fill(document));
const lineOf = (table: number, document: number, members = ""): string =>
  `{"_creationTime":1.5,"_id":"${idOf(table, document)}"${members}}\n`;

/** The model's `users`, with one of its documents, and tables `t0`, `t1` … of these lines. */
async function files(tables: readonly string[]): Promise<string> {
  const named = tables.map((lines, index) => [`t${index}/documents.jsonl`, lines] as const);
  const encodings = tables.map((_, index) => [`t${index}/generated_schema.jsonl`, '"uniform"\n'] as const);
  const list = tables.map((_, index) => `{"name":"t${index}","id":${20_001 + index}}\n`).join("");
  return await folderOf({
    "_tables/documents.jsonl": `{"name":"users","id":10001}\n${list}`,
    "users/documents.jsonl": lineOf(
      10_001,
      1,
      ',"clerkId":"c","createdAt":1.0,"email":"e","name":"n","preferences":{},"updatedAt":1.0',
    ),
    "users/generated_schema.jsonl": '"uniform"\n',
    ...Object.fromEntries([...named, ...encodings]),
  });
}

test("each is a relation of its own, with its lines in their order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.integer()), { maxLength: 12 }), async (tables) => {
      const texts = tables.map((values, index) =>
        values
          .map((value, at) => lineOf(20_001 + index, at + 1, `,"n":${value},"o":{"_line":"x","_table":[1]}`))
          .join(""),
      );
      const database = await load(await files(texts));
      for (const [index, values] of tables.entries()) {
        const rows = await database.rows(
          `SELECT CAST(_line AS INTEGER) AS line, _id AS id, CAST(_extra AS VARCHAR) AS extra, _fault AS fault FROM ${qualified("raw", `t${index}`)}`,
        );
        const expected = values.map((value, at) => {
          const extra = `{"n":${value},"o":{"_line":"x","_table":[1]}}`;
          return { line: at + 1, id: idOf(20_001 + index, at + 1), extra, fault: null };
        });
        expect(rows).toEqual(expected);
        const [described] = await database.rows(`SELECT "rows", raw FROM meta.tables WHERE name = 't${index}'`);
        expect(described).toEqual({ rows: String(values.length), raw: `t${index}` });
      }
      database.close();
    }),
    { numRuns: 8 },
  );
});

test("however many they are, the database has one table for them", async () => {
  const tables = 300;
  const database = await load(await files(Array.from({ length: tables }, (_, index) => lineOf(20_001 + index, 1))));
  const unknown =
    "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'raw' AND regexp_matches(table_name, '^t\\d')";
  expect(await database.count(unknown)).toBe(0);
  expect(await database.count("SELECT count(*) FROM raw._shared")).toBe(tables);
});

const good = lineOf(20_001, 1);
test.each([
  ["LINE_NOT_JSON", 2, `${lineOf(20_002, 1)}{"_id"\n`],
  ["LINE_NOT_JSON", 2, `${lineOf(20_002, 1)}{"_creationTime":1.5,"_id":"${idOf(20_002, 2)}","a":tru}\n`],
  ["LINE_BLANK", 2, `${lineOf(20_002, 1)}\n`],
  ["ID_MISSING", 1, "{}\n"],
  ["ID_MISSING", 2, `${lineOf(20_002, 1)}{"_creationTime":1.5}\n`],
  ["ID_OF_OTHER_TABLE", 1, lineOf(20_001, 2)],
  ["ID_DUPLICATE", 3, lineOf(20_002, 2) + lineOf(20_002, 1) + lineOf(20_002, 2)],
  ["ID_DUPLICATE", 2, lineOf(20_002, 1) + lineOf(20_002, 1)],
  ["CREATION_TIME_INVALID", 1, `{"_creationTime":0.0,"_id":"${idOf(20_002, 1)}"}\n`],
])("%s in line %i of one of them is named with its table", async (code, line, text) => {
  const loaded = load(await files([good, text, lineOf(20_003, 1)]));
  await expect(loaded).rejects.toMatchObject({ code, exit: 3, place: { table: "t1", line } });
});
