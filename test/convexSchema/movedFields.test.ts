import { describe, expect, it } from "vitest";
import type { TableDescription } from "../../convex/schema/describeTable.js";
import { existingTables, normalizedTables } from "../../convex/schema/tables.js";
import { transforms } from "../../transforms/index.js";

const existing: [string, TableDescription][] = Object.entries(existingTables);
const normalized: Readonly<Record<string, TableDescription>> = normalizedTables;

describe("schema and transforms say the same", () => {
  it("about which part moves which field", () => {
    const described = existing.flatMap(([table, { moved = {} }]) =>
      Object.entries(moved).map(([field, { phase, part }]) => `${phase} ${part} ${table}.${field}`),
    );
    const moving = transforms.flatMap(({ phase, part, table, moves }) =>
      moves.map((field) => `${phase} ${part} ${table}.${field}`),
    );
    expect(moving.sort()).toEqual(described.sort());
  });

  it.each(transforms.map((transform) => [transform.part, transform] as const))(
    "about the tables %s writes, and the fields it reads",
    (_part, { phase, option, writes, mentions, table, reads, moves }) => {
      for (const [written, parent] of Object.entries(writes)) {
        const description = normalized[written];
        expect(description).toMatchObject({ phase, ...(option === undefined ? {} : { option }) });
        expect(Object.keys(description?.fields ?? {})).toContain(parent);
      }
      for (const mentioned of mentions) expect(normalized[mentioned]?.phase).toBe(phase);
      const { fields, moved = {} }: TableDescription = existingTables[table as keyof typeof existingTables];
      expect(Object.keys({ ...fields, ...moved })).toEqual(expect.arrayContaining([...reads.fields, ...moves]));
    },
  );
});
