import { describe, expect, it } from "vitest";
import type { TableDescription } from "../../convex/schema/describeTable.js";
import { existingTables, normalizedTables, stateTables } from "../../convex/schema/tables.js";
import { shortForm } from "./shortForm.js";

const listing = (tables: Record<string, TableDescription>): string =>
  `${Object.entries(tables)
    .map(([name, table]) => shortForm(name, table))
    .join("\n\n")}\n`;

const all: [string, TableDescription][] = Object.entries({ ...existingTables, ...normalizedTables, ...stateTables });

/** Names and, for objects, paths below them. */
function pathsOf({ fields }: TableDescription): string[] {
  return Object.entries(fields).flatMap(([name, validator]) => [
    name,
    ...(validator.kind === "object" ? Object.keys(validator.fields).map((field) => `${name}.${field}`) : []),
  ]);
}

describe("the tables, in the short form of spec 2 and 3", () => {
  it("describes every existing table", async () => {
    await expect(listing(existingTables)).toMatchFileSnapshot("__golden__/existing.txt");
  });

  it("describes every normalized table", async () => {
    await expect(listing(normalizedTables)).toMatchFileSnapshot("__golden__/normalized.txt");
  });

  it("describes the migration's own tables", async () => {
    await expect(listing(stateTables)).toMatchFileSnapshot("__golden__/state.txt");
  });
});

describe("what every description keeps to", () => {
  it.each(all)("%s: indexes name fields that stay, and no name Convex reserves", (_name, table) => {
    const paths = [...pathsOf(table), "_creationTime"];
    const indexes = Object.entries({ ...table.indexes, ...table.addedIndexes });
    for (const [name, fields] of indexes) {
      expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,63}$/);
      expect(["by_id", "by_creation_time"]).not.toContain(name);
      expect(paths).toEqual(expect.arrayContaining([...fields]));
    }
    const searched = Object.values(table.searchIndexes ?? {}).flatMap((index) => [
      index.searchField,
      ...index.filterFields,
    ]);
    const vectors = Object.values(table.vectorIndexes ?? {}).flatMap((index) => [
      index.vectorField,
      ...index.filterFields,
    ]);
    expect(paths).toEqual(expect.arrayContaining([...searched, ...vectors]));
    const names = [...Object.keys(table.indexes ?? {}), ...Object.keys(table.addedIndexes ?? {})];
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(all)("%s: table and field names are such as Convex accepts", (name, table) => {
    for (const word of [name, ...Object.keys(table.fields), ...Object.keys(table.moved ?? {})]) {
      expect(word).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,63}$/);
    }
  });

  it.each(all)("%s: ids point at tables that exist", (_name, table) => {
    const targets = Object.values(table.fields).flatMap((field) => (field.kind === "id" ? [field.tableName] : []));
    expect([...all.map(([name]) => name), "_storage"]).toEqual(expect.arrayContaining(targets));
  });

  it.each(Object.entries(normalizedTables))(
    "%s: a natural key, a phase, and an index that starts with it",
    (_n, table) => {
      const { naturalKey, phase, indexes }: TableDescription = table;
      expect(phase).toMatch(/^phase-[1-7]$/);
      const first = naturalKey?.find((field) => field !== "scope");
      expect(Object.values(indexes ?? {}).map(([field]) => field)).toContain(first);
    },
  );
});
