/** Bulk loading never takes a file that the exact reader refuses, refuses none that it takes, and loses nothing. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LineReader } from "./loadedLines.js";
import { soundTables, spoiltTable } from "./spoiltLines.js";

let reader: LineReader;
beforeAll(async () => {
  reader = await LineReader.open();
});
afterAll(() => reader.close());

test("the tables are fine before they are spoilt", async () => {
  for (const { table, file } of soundTables()) {
    const { loaded, diagnosis, stored, exact } = await reader.read(table, file);
    expect([table.name, loaded, diagnosis]).toEqual([table.name, true, null]);
    expect(stored).toEqual(exact);
  }
});

test("spoilt files", async () => {
  const outcomes = { accepted: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(spoiltTable, async ({ table, file }) => {
      const { loaded, diagnosis, stored, exact } = await reader.read(table, file);
      expect(loaded ? null : "refused").toBe(diagnosis === null ? null : "refused");
      if (!isDeepStrictEqual(stored, exact)) expect(stored).toEqual(exact);
      outcomes[loaded ? "accepted" : "refused"]++;
    }),
    { numRuns: Number(process.env.UNNEST_RUNS ?? 400) },
  );
  // Neither side of the property is empty.
  expect(outcomes.accepted).toBeGreaterThan(5);
  expect(outcomes.refused).toBeGreaterThan(5);
});
