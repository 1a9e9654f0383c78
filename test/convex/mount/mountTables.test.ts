/** What an application's schema takes in: every phase, some of them, with and without the optional tables. */
import { type DataModelFromSchemaDefinition, defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { expect, expectTypeOf, test } from "vitest";
import { mountTables } from "../../../convex/schema/mountTables.js";
import { normalizedTables, stateTables } from "../../../convex/schema/tables.js";
import { transitionalSchema } from "../../../convex/schema/transitionalSchema.js";

const own = { greetings: defineTable({ text: v.string() }), migrations: defineTable({ name: v.string() }) };
const optional = ["memoryMetadata", "memorySources"];

test("all phases give the transitional schema's tables beside the application's own, optional ones when asked for", () => {
  const names = Object.keys(transitionalSchema.tables);
  const withAll = mountTables(own, { withOptions: ["memories"] });
  expect(Object.keys(withAll).sort()).toEqual([...Object.keys(own), ...names].sort());
  for (const [name, table] of Object.entries(transitionalSchema.tables)) {
    const mounted = (withAll as Readonly<Record<string, unknown>>)[name];
    expect(JSON.stringify(mounted), name).toBe(JSON.stringify(table));
  }
  const without = Object.keys(mountTables({}));
  expect(without.sort()).toEqual(names.filter((name) => !optional.includes(name)).sort());
});

test("some phases give their tables alone, and leave the fields of the others as they were", () => {
  const tables = mountTables(own, { phases: ["phase-1", "phase-5"] });
  const schema = defineSchema(tables);
  type Model = DataModelFromSchemaDefinition<typeof schema>;
  expect(Object.keys(normalizedTables).filter((name) => Object.hasOwn(tables, name))).toEqual([
    ...["attachments", "toolCalls", "tags", "bookmarkTags", "snippetTags", "noteTags", "feedbackTagJunctions"],
  ]);
  expect(tables).toMatchObject(Object.fromEntries(Object.keys(stateTables).map((name) => [name, {}])));
  const { messages, projects } = tables;
  expect(messages.validator.fields.toolCalls.isOptional).toBe("optional");
  expect(projects.validator.fields.conversationIds.isOptional).toBe("required");

  expectTypeOf<Model>().toHaveProperty("toolCalls");
  expectTypeOf<Model>().toHaveProperty("greetings");
  expectTypeOf<Extract<keyof Model, "sources" | "memorySources" | "userPreferences">>().toBeNever();
  expectTypeOf<undefined>().toExtend<Model["bookmarks"]["document"]["tags"]>();
  expectTypeOf<undefined>().not.toExtend<Model["projects"]["document"]["conversationIds"]>();
});

test("names that are taken are said when the schema is loaded, each with what to do; migrations is free", () => {
  const taken = { ...own, users: own.greetings, tags: own.greetings, unnestSwitches: own.greetings };
  expect(() => mountTables(taken)).toThrow(
    [
      "mountTables in convex/schema.ts cannot put these tables beside those of convex-unnest:",
      "  users: comes with the mounted schema; leave it out of yours.",
      "  tags: phase-5 makes a table of this name; rename yours, or mount without phase-5.",
      "  unnestSwitches: the migration keeps its own state under this name; rename yours.",
    ].join("\n"),
  );
  expect(() => mountTables({ tags: own.greetings }, { phases: ["phase-1"] })).not.toThrow();
  expect(() => mountTables({ memorySources: own.greetings })).not.toThrow();
});
