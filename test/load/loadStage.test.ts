import { join } from "node:path";
import type { Value } from "convex/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tableNumbers } from "../../fixtures/generator/tableNumbers.js";
import { inEncoding } from "../../fixtures/inEncoding.js";
import { defineWorld, type World } from "../../fixtures/world.js";
import { encodings, plainValues } from "../../fixtures/worlds/encodings.js";
import { misfits } from "../../fixtures/worlds/misfits.js";
import { worldToZip } from "../../fixtures/writeWorld.js";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { encodeId } from "../../pipeline/convexFormat/ids.js";
import type { Database } from "../../pipeline/db/database.js";
import { qualified } from "../../pipeline/db/quote.js";
import { loadStage } from "../../pipeline/load/loadStage.js";
import { fieldJson, objectJson } from "../../pipeline/model/rawColumns.js";
import { canonicalEncoding } from "../../transforms/canonicalEncoding.js";
import { anyValue } from "../convexFormat/values.js";
import { folderOf, load, model, runOver, temporaryFolder } from "./loadedWorld.js";

async function zipOf(world: World): Promise<string> {
  const path = join(await temporaryFolder(), "export.zip");
  await worldToZip(world, path);
  return path;
}

/** A raw table's documents in their order, put together again from columns and `_extra`. */
async function documentsOf(database: Database, table: string): Promise<Value[]> {
  const own = model.has(table) ? model.table(table).columns : [];
  const known = objectJson([
    ["_id", "CAST(to_json(_id) AS VARCHAR)"],
    ["_creationTime", "CAST(to_json(_creationTime) AS VARCHAR)"],
    ...own.map((column) => [column.name, fieldJson(column)] as const),
  ]);
  const documents: Value[] = [];
  for await (const [texts = [], extras = []] of database.columns(
    `SELECT ${known}, CAST(_extra AS VARCHAR) FROM ${qualified("raw", table)} ORDER BY _line`,
  )) {
    for (const [i, text] of texts.entries()) {
      documents.push({ ...objectOf(extras[i] ?? "{}"), ...objectOf(text ?? "{}") });
    }
  }
  return documents;
}

const objectOf = (text: string): Record<string, Value> => decodeValue(text) as Record<string, Value>;
const canonical = (documents: readonly Value[]): string[] => documents.map(canonicalEncoding);

/** Arrays in the column of floats of `messages`, and their elements: as counted while loading, and as stored. */
const countedVectors = `SELECT arrays, floats FROM meta.float_arrays WHERE raw = 'messages' AND "column" = 'embedding'`;
const storedVectors =
  "SELECT count(embedding) AS arrays, CAST(coalesce(sum(json_array_length(embedding)), 0) AS BIGINT) AS floats FROM raw.messages";

describe("nothing is lost", () => {
  test.each([
    ["uniform", encodings],
    ["plain", inEncoding(plainValues, "plain")],
    ["shape", inEncoding(encodings, "shape")],
  ] as const)("%s", async (kind, world) => {
    const database = await load(await zipOf(world));
    const original = world.name === "encodings" ? encodings : plainValues;
    for (const { name, lines } of original.tables) {
      expect(canonical(await documentsOf(database, name))).toEqual(canonical(lines.map((line) => decodeValue(line))));
    }
    const kinds = await database.rows("SELECT DISTINCT encoding FROM meta.tables WHERE name = 'messages'");
    expect(kinds).toEqual([{ encoding: kind }]);
  });

  test("whatever a document holds, in a table of the model and in another", async () => {
    const names = ["content", "inputTokens", "isConsolidation", "toolCalls", "providerMetadata", "embedding", "votes"];
    const field = fc.oneof(fc.constantFrom(...names), fc.constantFrom("Content", "x.y", "/~", "-"));
    const fields = fc.array(fc.tuple(field, anyValue), { maxLength: 6 }).map((entries) => Object.fromEntries(entries));
    await fc.assert(
      fc.asyncProperty(fc.array(fields, { minLength: 40, maxLength: 80 }), async (documents) => {
        // A table that fits, so that the export is one of the model's kind.
        const files: Record<string, string> = {
          "users/documents.jsonl": `${fittingUser}\n`,
          "users/generated_schema.jsonl": '"uniform"\n',
        };
        const expected = new Map<string, string[]>();
        for (const [table, number] of [
          ["messages", 10002],
          ["notInTheModel", 10999],
        ] as const) {
          const lines = documents.map((document, i) => {
            const bytes = new Uint8Array(16);
            new DataView(bytes.buffer).setUint32(0, i);
            return canonicalEncoding({ ...document, _id: encodeId(number, bytes), _creationTime: 1.5 + i });
          });
          expected.set(table, lines);
          files[`${table}/documents.jsonl`] = lines.join("\n");
          files[`${table}/generated_schema.jsonl`] = '"uniform"\n';
        }
        const database = await load(await folderOf(files));
        for (const [table, lines] of expected) {
          expect(canonical(await documentsOf(database, table))).toEqual(lines);
        }
        expect(await database.rows(countedVectors)).toEqual(await database.rows(storedVectors));
      }),
      { numRuns: 8 },
    );
  });
});

const fittingUser = defineWorld("fitting", (world) => world.add("users", "ann")).tables[0]?.lines[0] ?? "";

test("fields that do not fit their schema are listed with place and reason, and their documents stay", async () => {
  const database = await load(await zipOf(misfits));
  const listed = await database.rows<{ _id: string; path: string; reason: string }>(
    "SELECT _id, path, reason FROM meta.misfits",
  );
  const named = listed.map(({ _id, path, reason }) => [`${misfits.names.get(_id)} ${path}`, reason.split(".")[0]]);
  expect(Object.fromEntries(named)).toEqual({
    "users:noEmail /email": "Object is missing the required field `email`",
    "conversations:numberedProject /projectId": "Value does not match validator",
    "conversations:int64 /messageCount": "Value does not match validator",
    "messages:role /role": "Value does not match validator",
    "messages:otherTable /conversationId": expect.stringContaining("Found ID"),
    "feedbackTags:noName /name": "Value does not match validator",
  });
  expect(await database.count("SELECT count(*) FROM raw.messages")).toBe(3);
  expect(await database.count("SELECT count(*) FROM legacy.messages")).toBe(1);
});

test("keys that stand twice are listed with document and path, and the last value counts", async () => {
  const user = objectOf(fittingUser);
  const idOf = (table: number, n: number): string => encodeId(table, new Uint8Array(16).fill(n));
  const lineOf = (table: number, n: number, members: string): string =>
    `{"_creationTime":1.5,"_id":"${idOf(table, n)}",${members}}\n`;
  const database = await load(
    await folderOf({
      "_tables/documents.jsonl": ["users", "small", "older"]
        .map((name, index) => `${JSON.stringify({ name, id: 10_001 + index })}\n`)
        .join(""),
      "users/generated_schema.jsonl": '"uniform"\n',
      "users/documents.jsonl": `${fittingUser.replace("{", '{"email":"secret",')}\n`,
      "small/generated_schema.jsonl": '"uniform"\n',
      "small/documents.jsonl": lineOf(10_002, 1, '"n":1,"n":2') + lineOf(10_002, 2, '"n":1'),
      // Of the older encodings some lines are decoded before keys are looked at.
      "older/documents.jsonl": lineOf(10_003, 1, '"n":1,"n":2') + lineOf(10_003, 2, '"n":1e3,"n":2'),
    }),
  );
  expect(await database.rows("SELECT * FROM meta.repeated_keys")).toEqual([
    { table: "users", _id: user._id, path: "/email" },
    { table: "older", _id: idOf(10_003, 1), path: "/n" },
    { table: "small", _id: idOf(10_002, 1), path: "/n" },
  ]);
  expect(await database.rows("SELECT email FROM raw.users")).toEqual([{ email: user.email }]);
});

describe("structured and numeric fields", () => {
  const floats = (array: readonly Value[]) => ({ embedding: [...array] });
  const world = defineWorld("structures", (w) => {
    w.add("users", "ann");
    w.add("conversations", "c1");
    w.add("messages", "vector", floats([0.1, 1e-7, Number.NaN]));
    w.add("messages", "vectorOfInt64", floats([0.1, 1n]));
    w.add("messages", "vectorOfText", { embedding: "[0.1]" });
    w.add("messages", "votes", { votes: { rating: "tie", isWinner: false, votedAt: 1 } });
    w.add("messages", "votesTooMuch", { votes: { rating: "tie", isWinner: false, votedAt: 1, more: 1 } });
    w.add("messages", "unknownField", { fromTheFuture: { a: [1n] } });
    w.add("messages", "dangling", { parentMessageId: w.id("messages", "never") });
    w.add("messages", "movedNonsense", { toolCalls: 7, sources: null });
  });

  test("only what breaks the schema is a fault", async () => {
    const database = await load(await zipOf(world));
    const faulty = await database.rows<{ _id: string }>("SELECT _id FROM raw.messages WHERE _fault IS NOT NULL");
    expect(faulty.map(({ _id }) => world.names.get(_id)).toSorted()).toEqual([
      "messages:vectorOfInt64",
      "messages:vectorOfText",
      "messages:votesTooMuch",
    ]);
  });

  test("arrays of floats are counted as they stand in their column", async () => {
    const database = await load(await zipOf(world));
    expect(await database.rows(countedVectors)).toEqual([{ arrays: "2", floats: "5" }]);
    expect(await database.rows(storedVectors)).toEqual([{ arrays: "2", floats: "5" }]);
  });
});

test("names that differ by case alone keep apart", async () => {
  const id = (number: number) => encodeId(number, new Uint8Array(16));
  const line = (number: number, field: string) => `{"_creationTime":1.5,"_id":"${id(number)}","${field}":"x"}\n`;
  const database = await load(
    await folderOf({
      "_tables/documents.jsonl": '{"name":"Users","id":10101}\n{"name":"users","id":10001}\n{"name":"odd","id":7}\n',
      "Users/documents.jsonl": line(10101, "email"),
      "users/documents.jsonl": `${fittingUser.slice(0, -1)},"Email":"x"}\n`,
      "odd/documents.jsonl": line(7, "select"),
    }),
  );
  expect(await database.rows("SELECT name, raw, in_model FROM meta.tables ORDER BY name")).toEqual([
    { name: "Users", raw: "Users~2", in_model: false },
    { name: "odd", raw: "odd", in_model: false },
    { name: "users", raw: "users", in_model: true },
  ]);
  expect(await database.rows(`SELECT CAST(_extra AS VARCHAR) AS extra, email FROM raw.users`)).toEqual([
    { extra: '{"Email":"x"}', email: "ann@mail.example" },
  ]);
});

test("tables of the model that the snapshot lacks are there, empty; the others get numbers", async () => {
  const database = await load(
    await folderOf({ "_tables/documents.jsonl": '{"name":"tags","id":10050}\n{"name":"users","id":10001}\n' }),
  );
  for (const { name } of model.tables) {
    expect(await database.count(`SELECT count(*) FROM ${qualified("raw", name)}`)).toBe(0);
  }
  const numbers = await database.rows<{ name: string; number: string; minted: boolean }>(
    "SELECT name, number, minted FROM meta.table_numbers",
  );
  const minted = numbers.filter((one) => one.minted);
  expect(minted.map(({ number }) => Number(number))).toEqual(minted.map((_, i) => 10051 + i));
  expect(minted.map(({ name }) => name)).toEqual(
    model.normalized.map(({ name }) => name).filter((name) => name !== "tags"),
  );
  expect(numbers.filter((one) => !one.minted)).toEqual([{ name: "tags", number: "10050", minted: false }]);
});

test("a snapshot of something else is refused", async () => {
  const snapshot = await folderOf({ "orders/documents.jsonl": "" });
  await expect(load(snapshot)).rejects.toMatchObject({ code: "NO_MODEL_TABLES" });
});

test("a bad line is named, and nothing is left of its table", async () => {
  const good = canonicalEncoding({ _id: encodeId(tableNumbers.users ?? 0, new Uint8Array(16)), _creationTime: 1.5 });
  const snapshot = await folderOf({
    "users/documents.jsonl": `${good}\n{"_id":`,
    "users/generated_schema.jsonl": '"uniform"',
  });
  const context = await runOver(snapshot);
  await expect(loadStage.run(context)).rejects.toMatchObject({
    code: "LINE_TRUNCATED",
    place: { table: "users", line: 2 },
  });
  expect(await context.database.count("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'raw'")).toBe(0);
});

test("stops when it is told to", async () => {
  const stop = new AbortController();
  stop.abort();
  const context = await runOver(await zipOf(misfits), {}, stop.signal);
  await expect(loadStage.run(context)).rejects.toThrow("aborted");
});
