import { v } from "convex/values";
import { describe, expect, it } from "vitest";
import type { TableDescription } from "../../convex/schema/describeTable.js";
import { stateTables } from "../../convex/schema/tables.js";
import { UnnestError } from "../../pipeline/errors.js";
import { createTableSql } from "../../pipeline/model/createTableSql.js";
import { deriveModel } from "../../pipeline/model/deriveModel.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import type { ColumnModel } from "../../pipeline/model/types.js";

const model = loadModel();
const column = (table: string, name: string): ColumnModel | undefined =>
  model.table(table).columns.find((one) => one.name === name);
const derive = (normalized: Record<string, TableDescription>) => deriveModel({ existing: {}, normalized, state: {} });
/** A table that references these, by columns of the same names. */
const pointingAt = (...tables: string[]): TableDescription => ({
  fields: Object.fromEntries(tables.map((table) => [table, v.id(table)])),
});

describe("the model of the shipped schema", () => {
  it("stands in foreign-key order, the tables of the migration last", () => {
    expect(model.normalized.map(({ name }) => name)).toEqual(
      [
        ["sourceMetadata", "tags"],
        ["attachments", "toolCalls", "sources", "projectConversations", "userPreferences"],
        ["bookmarkTags", "snippetTags", "noteTags", "feedbackTagJunctions"],
        ["conversationTokenUsage", "memoryMetadata", "memorySources"],
      ].flat(),
    );
    const names = model.tables.map(({ name }) => name);
    expect(names.slice(0, 6)).toEqual(["users", "projects", "conversations", "messages", "memories", "files"]);
    expect(model.tables.map(({ role }) => role)).toEqual([
      ...model.existing.map(() => "existing"),
      ...model.normalized.map(() => "normalized"),
      ...Object.keys(stateTables).map(() => "state"),
    ]);
  });

  it("knows columns by type, need, reference and enumeration", () => {
    expect(column("sources", "sourceMetadataId")).toMatchObject({
      sqlType: "VARCHAR",
      required: true,
      references: "sourceMetadata",
    });
    expect(column("sources", "provider")?.literals).toEqual(["openrouter", "perplexity", "generic", "tool"]);
    expect(column("tags", "userId")).toMatchObject({ required: false, references: "users" });
    expect(column("toolCalls", "isPartial")?.sqlType).toBe("BOOLEAN");
    expect(column("toolCalls", "position")?.sqlType).toBe("DOUBLE");
    for (const [table, name] of [
      ["toolCalls", "args"],
      ["toolCalls", "result"],
      ["userPreferences", "value"],
      ["attachments", "metadata"],
      ["messages", "embedding"],
    ] as const) {
      expect(column(table, name)?.sqlType).toBe("JSON");
    }
  });

  it("keeps moved fields as JSON with their old validators", () => {
    expect(model.table("messages").moved).toEqual([
      "attachments",
      "toolCalls",
      "partialToolCalls",
      "sources",
      "partialSources",
      "sourceMetadata",
    ]);
    expect(column("projects", "conversationIds")).toMatchObject({ sqlType: "JSON", required: true });
  });

  it("finds ids inside objects and arrays", () => {
    const paths = (table: string, name: string) => column(table, name)?.idPaths;
    expect(paths("projects", "conversationIds")).toEqual([{ path: "$[*]", table: "conversations" }]);
    expect(paths("memories", "metadata")).toEqual([
      { path: "$.supersededBy", table: "memories" },
      { path: "$.sourceConversationId", table: "conversations" },
    ]);
    expect(paths("messages", "conversationId")).toEqual([{ path: "$", table: "conversations" }]);
    expect(paths("messages", "toolCalls")).toEqual([]);
  });

  it("marks birth columns: every createdAt, addedAt and addedBy, and two updatedAt", () => {
    const named = new Set(["createdAt", "addedAt", "addedBy"]);
    for (const { name: table, columns } of model.normalized) {
      for (const { name, birth } of columns) {
        const expected = named.has(name) || (name === "updatedAt" && ["userPreferences", "tags"].includes(table));
        expect(birth, `${table}.${name}`).toBe(expected);
      }
    }
  });

  it("marks the application's columns", () => {
    const owned = model.tables.flatMap(({ name: table, columns }) =>
      columns.filter(({ applicationOwned }) => applicationOwned).map(({ name }) => `${table}.${name}`),
    );
    expect(owned.sort()).toEqual(["sourceMetadata.siteName", "tags.color", "tags.description", "tags.displayName"]);
  });

  it("knows that tags reference tags", () => {
    expect(model.table("tags").selfReferences).toEqual(["parentId"]);
    expect(model.table("sources").selfReferences).toEqual([]);
  });

  it("knows what is optional as a whole", () => {
    expect(model.tables.filter(({ option }) => option === "memories").map(({ name }) => name)).toEqual([
      "memoryMetadata",
      "memorySources",
    ]);
  });

  it("refuses a name it does not hold", () => {
    expect(model.has("nothing")).toBe(false);
    expect(() => model.table("nothing")).toThrow(UnnestError);
  });
});

describe("deriveModel", () => {
  it("reads a type off every validator", () => {
    const types = {
      text: v.string(),
      float: v.number(),
      int: v.int64(),
      truth: v.boolean(),
      none: v.null(),
      bytes: v.bytes(),
      anything: v.any(),
      object: v.object({}),
      array: v.array(v.string()),
      record: v.record(v.string(), v.string()),
      twoTexts: v.union(v.literal("a"), v.literal("b")),
      textOrId: v.union(v.string(), v.id("t")),
      textOrNull: v.union(v.string(), v.null()),
      floatOrText: v.union(v.number(), v.string()),
      one: v.literal(1),
    };
    const columns = derive({ t: { fields: types } }).table("t").columns;
    expect(Object.fromEntries(columns.map(({ name, sqlType }) => [name, sqlType]))).toEqual({
      text: "VARCHAR",
      float: "DOUBLE",
      int: "BIGINT",
      truth: "BOOLEAN",
      none: "JSON",
      bytes: "JSON",
      anything: "JSON",
      object: "JSON",
      array: "JSON",
      record: "JSON",
      twoTexts: "VARCHAR",
      textOrId: "VARCHAR",
      textOrNull: "JSON",
      floatOrText: "JSON",
      one: "DOUBLE",
    });
  });

  it("names no enumeration where any text goes, and no reference where two tables are meant", () => {
    const fields = {
      open: v.union(v.literal("a"), v.string()),
      two: v.union(v.id("t"), v.id("u")),
      same: v.union(v.id("t"), v.literal("none")),
    };
    const [open, two, same] = derive({ t: { fields }, u: { fields: {} } }).table("t").columns;
    expect(open?.literals).toBeUndefined();
    expect(two?.references).toBeUndefined();
    expect(same?.references).toBe("t");
  });

  it("puts a table behind all it references, whatever the order it came in", () => {
    const tables = {
      leaf: pointingAt("middle", "root"),
      middle: pointingAt("root"),
      root: { fields: {} },
      other: { fields: {} },
    };
    const names = derive(tables).normalized.map(({ name }) => name);
    expect(names).toEqual(["root", "middle", "leaf", "other"]);
  });

  it("takes a reference of a table to itself, and refuses a circle of several", () => {
    expect(derive({ tree: pointingAt("tree") }).table("tree").selfReferences).toEqual(["tree"]);
    expect(() => derive({ hen: pointingAt("egg"), egg: pointingAt("hen") })).toThrow(/in a circle: (hen|egg) ← /);
  });

  it("refuses a key that is no field", () => {
    expect(() => derive({ t: { fields: {}, naturalKey: ["gone"] } })).toThrow(/does not have: gone/);
  });
});

describe("createTableSql", () => {
  it("states columns and no constraint", () => {
    expect(createTableSql(model.table("userPreferences"), "normal")).toBe(
      [
        'CREATE TABLE "normal"."userPreferences" (',
        "  _id VARCHAR,",
        "  _creationTime DOUBLE,",
        '  "userId" VARCHAR,',
        '  "category" VARCHAR,',
        '  "key" VARCHAR,',
        '  "value" JSON,',
        '  "createdAt" DOUBLE,',
        '  "updatedAt" DOUBLE',
        ")",
      ].join("\n"),
    );
  });
});
