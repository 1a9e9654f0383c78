import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../pipeline/db/database.js";
import { literal, qualified } from "../../pipeline/db/quote.js";
import { createTableSql } from "../../pipeline/model/createTableSql.js";
import { generatedChecks } from "../../pipeline/model/generatedChecks.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { memoryDatabase } from "./memoryDatabase.js";

const model = loadModel();
let database: Database;

/** A text in the shape of an id. */
const id = (name: string): string => name.toLowerCase().padEnd(31, "0");

/** Good values for every column that needs one: references point at the row `1` of their table. */
function goodRow(table: string, name = "1"): Record<string, string> {
  const columns = model.table(table).columns.filter(({ required }) => required);
  const values = columns.map(({ name: column, references, literals, sqlType }) => {
    if (references !== undefined) return [column, literal(id(`${references}1`))];
    if (literals !== undefined) return [column, literal(literals[0] ?? "")];
    return [
      column,
      { VARCHAR: literal(`text ${name}`), DOUBLE: "1.5", BOOLEAN: "true", BIGINT: "1", JSON: "'[]'" }[sqlType],
    ];
  });
  return { _id: literal(id(table + name)), _creationTime: "1.5", ...Object.fromEntries(values) };
}

async function insert(schema: "raw" | "normal", table: string, row: Record<string, string>): Promise<void> {
  const columns = Object.keys(row).map((column) => `"${column}"`);
  await database.run(
    `INSERT INTO ${qualified(schema, table)} (${columns.join(", ")}) VALUES (${Object.values(row).join(", ")})`,
  );
}

interface Offender {
  readonly [column: string]: string;
  readonly check: string;
  readonly table: string;
  readonly _id: string;
  readonly detail: string;
}

async function findings(storageListed = true): Promise<Offender[]> {
  const found: Offender[] = [];
  for (const { name, sql } of generatedChecks(model, { storageListed })) {
    found.push(...(await database.rows<Offender>(`SELECT ${literal(name)} AS "check", * FROM (${sql}) ORDER BY ALL`)));
  }
  return found;
}

beforeAll(async () => {
  database = await memoryDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  await database.run("DROP SCHEMA IF EXISTS raw CASCADE; DROP SCHEMA IF EXISTS normal CASCADE");
  await database.run("CREATE SCHEMA raw; CREATE SCHEMA normal; CREATE TABLE raw._storage (_id VARCHAR)");
  await database.run(`INSERT INTO raw._storage VALUES ('${id("_storage1")}')`);
  for (const { name } of model.existing) {
    await database.run(createTableSql(model.table(name), "raw"));
    await insert("raw", name, goodRow(name));
  }
  for (const { name } of model.normalized) {
    await database.run(createTableSql(model.table(name), "normal"));
    await insert("normal", name, goodRow(name));
  }
});

describe("the checks made from the schema", () => {
  it("find nothing where one good row stands in every table", async () => {
    expect(await findings()).toEqual([]);
  });

  it("say what they are for", () => {
    const checks = generatedChecks(model, { storageListed: true });
    expect(checks.map(({ name, severity }) => `${name} ${severity}`)).toEqual([
      "primaryKey error",
      "naturalKey error",
      "foreignKey error",
      "sourceForeignKey source",
      "requiredFields error",
      "enumerations error",
      "fieldTypes error",
    ]);
    for (const { rule, why, remedy } of checks) expect([rule, why, remedy]).not.toContain("");
  });

  const planted: [string, "raw" | "normal", string, Record<string, string>, string, string][] = [
    ["an absent _id", "normal", "sources", { _id: "NULL", position: "2.0" }, "primaryKey", "_id is missing"],
    [
      "a double _id",
      "normal",
      "tags",
      { _id: literal(id("tags1")), _creationTime: "9.0", slug: "'other'" },
      "primaryKey",
      "_id is held by an earlier row as well",
    ],
    [
      "a double natural key, of equal age",
      "normal",
      "toolCalls",
      { toolCallId: "'text 1'" },
      "naturalKey",
      `[messageId, toolCallId] as in ${id("toolCalls1")}`,
    ],
    [
      "a double natural key with an absent part",
      "normal",
      "tags",
      { slug: "'text 1'", _creationTime: "9.0" },
      "naturalKey",
      `[scope, userId, slug] as in ${id("tags1")}`,
    ],
    ["half a natural key", "normal", "userPreferences", { key: "NULL" }, "naturalKey", "missing: key"],
    [
      "a reference to a document that is not there",
      "normal",
      "attachments",
      { messageId: literal(id("gone")) },
      "foreignKey",
      `messageId → messages: ${id("gone")}`,
    ],
    [
      "a reference to a row that is not there",
      "normal",
      "tags",
      { parentId: literal(id("gone")) },
      "foreignKey",
      `parentId → tags: ${id("gone")}`,
    ],
    [
      "a file that is not there",
      "raw",
      "files",
      { storageId: literal(id("gone")) },
      "sourceForeignKey",
      `storageId → _storage: ${id("gone")}`,
    ],
    [
      "a text that is no reference at all",
      "normal",
      "noteTags",
      { noteId: "'dear diary'" },
      "foreignKey",
      "noteId → notes: not an id",
    ],
    [
      "a dangling reference of the source",
      "raw",
      "bookmarks",
      { messageId: literal(id("gone")) },
      "sourceForeignKey",
      `messageId → messages: ${id("gone")}`,
    ],
    [
      "one inside an array",
      "raw",
      "projects",
      { conversationIds: `'["${id("conversations1")}","${id("gone")}",null]'` },
      "sourceForeignKey",
      `conversationIds[*] → conversations: ${id("gone")}`,
    ],
    [
      "one inside an object",
      "raw",
      "memories",
      { metadata: `'{"category":"a","supersededBy":"${id("gone")}"}'` },
      "sourceForeignKey",
      `metadata.supersededBy → memories: ${id("gone")}`,
    ],
    [
      "required columns without a value",
      "normal",
      "sourceMetadata",
      { url: "NULL", enriched: "NULL" },
      "requiredFields",
      "missing: url, enriched",
    ],
    [
      "a text outside an enumeration",
      "normal",
      "sources",
      { provider: "'pigeon'", position: "2.0" },
      "enumerations",
      "none of the allowed texts: provider",
    ],
    [
      "an object with an unknown field",
      "normal",
      "attachments",
      { metadata: `'{"width":1.0,"depth":1.0}'`, position: "2.0" },
      "fieldTypes",
      "does not match the schema: metadata",
    ],
    [
      "a time no import takes",
      "normal",
      "conversationTokenUsage",
      { _creationTime: "'NaN'" },
      "fieldTypes",
      "does not match the schema: _creationTime",
    ],
  ];
  it.each(planted)("find %s, and nothing else", async (_what, schema, table, change, check, detail) => {
    const row = { ...goodRow(table, "2"), ...otherKey(table), ...change };
    await insert(schema, table, row);
    expect(await findings()).toEqual([
      { check, table, _id: row._id === "NULL" ? null : row._id?.slice(1, -1), detail },
    ]);
  });

  it("ask for no file where none is listed", async () => {
    await database.run("DROP TABLE raw._storage");
    await insert("normal", "attachments", {
      ...goodRow("attachments", "2"),
      storageId: literal(id("gone")),
      position: "2.0",
    });
    expect(await findings(false)).toEqual([]);
  });
});

/** What keeps a second good row of a table from having the first one's key, where its columns are references or numbers alone. */
function otherKey(table: string): Record<string, string> {
  const columns = model.table(table).columns.filter(({ name }) => model.table(table).naturalKey.includes(name));
  const position = columns.find(({ sqlType }) => sqlType === "DOUBLE");
  return position === undefined ? {} : { [position.name]: "7.0" };
}
