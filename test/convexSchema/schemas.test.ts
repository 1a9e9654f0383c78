import type { GenericSchema, SchemaDefinition } from "convex/server";
import { describe, expect, it } from "vitest";
import type { TableDescription } from "../../convex/schema/describeTable.js";
import { finalSchema } from "../../convex/schema/finalSchema.js";
import { oldSchema } from "../../convex/schema/oldSchema.js";
import { existingTables, lastingStateTables, normalizedTables, stateTables } from "../../convex/schema/tables.js";
import { transitionalSchema } from "../../convex/schema/transitionalSchema.js";

interface ExportedTable {
  readonly tableName: string;
  readonly indexes: readonly { readonly indexDescriptor: string; readonly fields: readonly string[] }[];
  readonly searchIndexes: readonly unknown[];
  readonly vectorIndexes: readonly unknown[];
  readonly documentType: { readonly type: "object"; readonly value: Record<string, { readonly optional: boolean }> };
}

/** What Convex itself reads off a schema when it is deployed. */
function deployed(schema: SchemaDefinition<GenericSchema, boolean>): Map<string, ExportedTable> {
  const { tables } = JSON.parse((schema as unknown as { export(): string }).export()) as { tables: ExportedTable[] };
  return new Map(tables.map((table) => [table.tableName, table]));
}

const old = deployed(oldSchema);
const transitional = deployed(transitionalSchema);
const final = deployed(finalSchema);

const described: [string, TableDescription][] = Object.entries(existingTables);
const indexNames = (table: ExportedTable | undefined): string[] =>
  (table?.indexes ?? []).map(({ indexDescriptor }) => indexDescriptor);

describe("three schemas from one description", () => {
  it("holds the tables of each stage", () => {
    const names = (...groups: object[]): string[] => groups.flatMap((group) => Object.keys(group)).sort();
    expect([...old.keys()].sort()).toEqual(names(existingTables));
    expect([...transitional.keys()].sort()).toEqual(names(existingTables, normalizedTables, stateTables));
    expect([...final.keys()].sort()).toEqual(names(existingTables, normalizedTables, lastingStateTables));
    expect(names(lastingStateTables)).toEqual(["unnestJobs", "unnestTouches"]);
  });

  it.each(described)("%s: moved fields as they were, then optional, then gone", (name, { fields, moved = {} }) => {
    const [before, meanwhile, after] = [old, transitional, final].map((tables) => tables.get(name)?.documentType.value);
    expect(Object.keys(before ?? {}).sort()).toEqual(Object.keys({ ...fields, ...moved }).sort());
    expect(Object.keys(meanwhile ?? {}).sort()).toEqual(Object.keys(before ?? {}).sort());
    expect(Object.keys(after ?? {}).sort()).toEqual(Object.keys(fields).sort());
    for (const field of Object.keys(moved)) {
      expect(meanwhile?.[field]).toEqual({ ...before?.[field], optional: true });
    }
    for (const field of Object.keys(fields)) {
      expect(meanwhile?.[field]).toEqual(before?.[field]);
      expect(after?.[field]).toEqual(before?.[field]);
    }
  });

  it("requires exactly two moved fields before the migration", () => {
    const required = described.flatMap(([name, { moved = {} }]) =>
      Object.keys(moved).filter((field) => old.get(name)?.documentType.value[field]?.optional === false),
    );
    expect(required.sort()).toEqual(["conversationIds", "preferences"]);
  });

  it.each(described)("%s: the indexes of phase 7 belong to the two later schemas", (name, description) => {
    const { indexes = {}, addedIndexes = {}, searchIndexes = {}, vectorIndexes = {} } = description;
    expect(indexNames(old.get(name))).toEqual(Object.keys(indexes));
    expect(indexNames(transitional.get(name))).toEqual([...Object.keys(indexes), ...Object.keys(addedIndexes)]);
    expect(indexNames(final.get(name))).toEqual(indexNames(transitional.get(name)));
    for (const stage of [old, transitional, final]) {
      expect(stage.get(name)?.searchIndexes).toHaveLength(Object.keys(searchIndexes).length);
      expect(stage.get(name)?.vectorIndexes).toHaveLength(Object.keys(vectorIndexes).length);
    }
  });

  it("leaves the description as it was: schemas are made anew from it", () => {
    expect(existingTables.projects.moved.conversationIds.was.isOptional).toBe("required");
    expect(transitional.get("projects")?.documentType.value.conversationIds?.optional).toBe(true);
  });
});
