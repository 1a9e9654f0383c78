import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Inspection } from "../../pipeline/inspect/inspection.js";
import { temporaryFolder } from "../convexFormat/temporaryFolder.js";
import { idOf, inspect, inspectFolder, line, uniform } from "./exportFolder.js";

const tables = (list: Record<string, number>) =>
  Object.entries(list)
    .map(([name, id]) => `${JSON.stringify({ name, id })}\n`)
    .join("");

const arrows = ({ references }: Inspection) =>
  references.map(
    ({ table, path, to, tableNumber, values, distinct, dangling }) =>
      `${table}.${path} → ${to ?? tableNumber}: ${values} values, ${distinct} distinct, ${dangling} dangling`,
  );

const kindsOf = (inspection: Inspection, table: string) =>
  Object.fromEntries(
    inspection.tables.find((each) => each.table === table)?.fields.map(({ path, kinds }) => [path, kinds]) ?? [],
  );

test("a real export of the older kind", async () => {
  const found = await inspect("fixtures/samples/language-app-export.zip");
  expect(found.snapshot).toMatchObject({ tables: 12, rows: 179, documentBytes: 50335 });
  expect(found.tables.map(({ table, number, rows }) => [table, number, rows])).toEqual([
    ["authVerificationCodes", 10005, 0],
    ["authRefreshTokens", 10003, 0],
    ["authVerifiers", 10006, 0],
    ["authRateLimits", 10002, 0],
    ["authAccounts", 10001, 0],
    ["authSessions", 10004, 0],
    ["users", 10009, 0],
    ["userProgress", 10008, 10],
    ["profiles", 10010, 19],
    ["exercises", 10007, 76],
    ["sentences", 10011, 74],
    ["_storage", null, 0],
  ]);
  expect(arrows(found)).toEqual([
    "userProgress.exerciseId → exercises: 10 values, 4 distinct, 0 dangling",
    "userProgress.profileId → profiles: 10 values, 3 distinct, 0 dangling",
    "exercises.sentenceId → sentences: 76 values, 76 distinct, 2 dangling",
  ]);
  for (const { fields } of found.tables.filter(({ rows }) => rows > 0)) {
    expect(fields.find(({ path }) => path === "_id")?.kinds).not.toHaveProperty("string");
  }
  expect(found.candidates.map(({ table, path }) => `${table}.${path}`)).toEqual([
    "sentences.distractorWords",
    "sentences.blankWordIndices",
  ]);
  expect(found.storage).toEqual({ listed: false, files: 0, bytes: 0 });
});

test("each encoding gives its own kinds", async () => {
  const shape = `{"_creationTime": normalfloat64, "_id": id<10002>, "n": normalfloat64, "big": int64, "raw": bytes, "word": string}`;
  const found = await inspectFolder({
    "_tables/documents.jsonl": tables({ lossless: 10001, older: 10002, plain: 10003 }),
    "lossless/generated_schema.jsonl": uniform,
    "lossless/documents.jsonl": line(
      10001,
      1,
      '"big":5,"n":1.0,"raw":{"$bytes":"AA=="},"inf":{"$float":"AAAAAAAA8H8="}',
    ),
    "older/generated_schema.jsonl": `${JSON.stringify(shape)}\n`,
    "older/documents.jsonl": line(10002, 1, '"big":"5","n":1,"raw":"AA==","word":"AA=="'),
    "plain/documents.jsonl": line(10003, 1, '"big":"5","n":1'),
  });
  expect(found.tables.map(({ encoding }) => encoding)).toEqual(["uniform", "shape", "plain"]);
  const [float64, int64, bytes, string] = [{ float64: 1 }, { int64: 1 }, { bytes: 1 }, { string: 1 }];
  expect(kindsOf(found, "lossless")).toMatchObject({ big: int64, n: float64, raw: bytes, inf: float64 });
  expect(kindsOf(found, "older")).toMatchObject({ big: int64, n: float64, raw: bytes, word: string });
  expect(kindsOf(found, "plain")).toMatchObject({ big: string, n: float64 });
});

test("references are found wherever ids stand, and those that lead nowhere are counted", async () => {
  const found = await inspectFolder({
    "_tables/documents.jsonl": tables({ users: 10001, posts: 10002 }),
    "users/documents.jsonl": line(10001, 1) + line(10001, 2),
    "posts/documents.jsonl":
      line(10002, 1, `"author":"${idOf(10001, 1)}","votes":{"${idOf(10001, 2)}":true,"${idOf(10001, 9)}":true}`) +
      line(10002, 2, `"author":"${idOf(10001, 7)}","near":[{"x":"${idOf(10002, 1)}"},{"x":"${idOf(10001, 1)}"}]`) +
      line(10002, 3, `"author":"${idOf(10001, 7)}","gone":"${idOf(10009, 1)}","image":"${idOf(515, 1)}"`) +
      line(10002, 4, `"author":"nobody","text":"see ${idOf(10001, 1)}","quote":"${idOf(10001, 1)}"`) +
      line(10002, 5, '"quote":"one"') +
      line(10002, 6, '"quote":"two"'),
  });
  expect(arrows(found)).toEqual([
    "posts.author → users: 3 values, 2 distinct, 2 dangling",
    "posts.votes.{key} → users: 2 values, 2 distinct, 1 dangling",
    "posts.near[].x → users: 1 values, 1 distinct, 0 dangling",
    "posts.near[].x → posts: 1 values, 1 distinct, 0 dangling",
    // A user table that no export lists is gone with all its documents; a system table may just not be exported.
    "posts.gone → 10009: 1 values, 1 distinct, 1 dangling",
    "posts.image → 515: 1 values, 1 distinct, null dangling",
  ]);
  expect(found.references[0]?.notIds).toBe(1);
});

test("a system table that the export does not hold is guessed by its number, unless a table has that number", async () => {
  const posts = line(10001, 1, `"image":"${idOf(540, 1)}","job":"${idOf(539, 1)}","gone":"${idOf(538, 1)}"`);
  const guesses = async (named: Record<string, number>) => {
    const { references } = await inspectFolder({
      "_tables/documents.jsonl": tables({ posts: 10001, ...named }),
      "posts/documents.jsonl": posts,
    });
    return references.map(({ path, to, guess }) => [path, to, guess]);
  };
  expect(await guesses({})).toEqual([
    ["image", null, "_storage"],
    ["job", null, "_scheduled_functions"],
    ["gone", null, null],
  ]);
  expect(await guesses({ old: 540 })).toContainEqual(["image", "old", null]);
});

test("files in storage are counted and referred to", async () => {
  const found = await inspectFolder({
    "_tables/documents.jsonl": tables({ posts: 10001 }),
    "posts/documents.jsonl": line(10001, 1, `"image":"${idOf(515, 1)}"`) + line(10001, 2, `"image":"${idOf(515, 3)}"`),
    "_storage/documents.jsonl": line(515, 1, '"size":1000.0') + line(515, 2, '"size":24.0'),
  });
  expect(found.storage).toEqual({ listed: true, files: 2, bytes: 1024 });
  expect(arrows(found)).toEqual(["posts.image → _storage: 2 values, 2 distinct, 1 dangling"]);
});

test("a component's table numbers are its own, and the application may keep ids of its documents", async () => {
  const found = await inspectFolder({
    "_tables/documents.jsonl": tables({ users: 10001 }),
    "users/documents.jsonl":
      line(10001, 1, `"thread":"${idOf(10001, 51)}"`) + line(10001, 2, `"thread":"${idOf(10001, 52)}"`),
    "_components/agent/_tables/documents.jsonl": tables({ threads: 10001 }),
    "_components/agent/threads/documents.jsonl":
      line(10001, 51, `"next":"${idOf(10001, 51)}"`) + line(10001, 53, `"next":"${idOf(10001, 1)}"`),
  });
  expect(arrows(found)).toEqual([
    "users.thread → _components/agent/threads: 2 values, 2 distinct, 1 dangling",
    "_components/agent/threads.next → users: 1 values, 1 distinct, 0 dangling",
    "_components/agent/threads.next → _components/agent/threads: 1 values, 1 distinct, 0 dangling",
  ]);
});

test("nested fields are measured", async () => {
  const found = await inspectFolder({
    "_tables/documents.jsonl": tables({ posts: 10001 }),
    "posts/documents.jsonl":
      line(10001, 1, '"tags":["a","bc"],"meta":{"lang":"en"}') +
      line(10001, 2, '"tags":[],"meta":null') +
      line(10001, 3),
  });
  const bytes = (found.snapshot.documentBytes ?? 0) - 3;
  expect(found.candidates).toEqual([
    {
      table: "posts",
      path: "meta",
      bytes: 13,
      share: 13 / bytes,
      documents: 2,
      nonEmpty: 1,
      arrays: null,
      objects: { count: 1, elements: 1, mean: 1, max: 1, kinds: { string: 1 } },
    },
    {
      table: "posts",
      path: "tags",
      bytes: 12,
      share: 12 / bytes,
      documents: 2,
      nonEmpty: 1,
      arrays: { count: 2, elements: 2, mean: 1, max: 2, kinds: { string: 2 } },
      objects: null,
    },
  ]);
});

test("an export of empty tables", async () => {
  const found = await inspectFolder({
    "_tables/documents.jsonl": tables({ users: 10001 }),
    "users/documents.jsonl": "",
  });
  expect(found.tables).toEqual([
    {
      table: "users",
      component: "",
      number: 10001,
      encoding: "plain",
      rows: 0,
      bytes: 0,
      meanDocumentBytes: null,
      maxDocumentBytes: null,
      fields: [],
    },
  ]);
  expect([found.references, found.candidates]).toEqual([[], []]);
});

test.each([
  ["LINE_NOT_JSON", 2, `${line(10001, 1)}{]\n`],
  ["LINE_TRUNCATED", 2, `${line(10001, 1)}{"_id":"x`],
  ["LINE_BLANK", 2, `${line(10001, 1)}\n${line(10001, 2)}`],
  ["LINE_NOT_OBJECT", 1, "[]\n"],
  ["BYTE_ORDER_MARK", 1, `\ufeff${line(10001, 1)}`],
  ["ID_MISSING", 2, `${line(10001, 1)}{"_creationTime":1.5}\n`],
  ["ID_NOT_CANONICAL", 2, `${line(10001, 1)}{"_creationTime":1.5,"_id":"x"}\n`],
  ["ID_OF_OTHER_TABLE", 2, line(10001, 1) + line(10002, 1)],
  ["ID_DUPLICATE", 2, line(10001, 1) + line(10001, 1)],
  ["ID_DUPLICATE", 3, line(10001, 2) + line(10001, 1) + line(10001, 2)],
  ["NUMBERS_REWRITTEN", 1, `{"_creationTime":5,"_id":"${idOf(10001, 1)}"}\n`],
  ["CREATION_TIME_INVALID", 1, `{"_creationTime":-5.5,"_id":"${idOf(10001, 1)}"}\n`],
  ["VALUE_UNKNOWN_TAG", 1, line(10001, 1, '"a":{"$what":"AA=="}')],
  ["NUMBER_OUT_OF_RANGE", 1, line(10001, 1, '"a":1e999')],
  ["UNPAIRED_SURROGATE", 1, line(10001, 1, '"a":"\\ud800"')],
])("%s is refused at its line", async (code, number, documents) => {
  const inspection = inspectFolder({
    "_tables/documents.jsonl": tables({ users: 10001 }),
    "users/generated_schema.jsonl": uniform,
    "users/documents.jsonl": documents,
  });
  await expect(inspection).rejects.toMatchObject({ code, place: { table: "users", line: number } });
});

test("nothing is left behind, also when it fails or is interrupted", async () => {
  const temporary = await temporaryFolder();
  vi.stubEnv("TMPDIR", temporary);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const sample = "fixtures/samples/language-app-export.zip";
  await inspect(sample);
  await expect(inspect(sample, AbortSignal.abort())).rejects.toMatchObject({ code: "INTERRUPTED" });
  expect(await readdir(temporary)).toEqual([]);
  const broken = join(temporary, "broken");
  await mkdir(join(broken, "users"), { recursive: true });
  await writeFile(join(broken, "users", "documents.jsonl"), "{]");
  await expect(inspect(broken)).rejects.toMatchObject({ code: "LINE_NOT_JSON" });
  expect(await readdir(temporary)).toEqual(["broken"]);
});
