import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database } from "../../pipeline/db/database.js";
import { idRanges, inRange } from "../../pipeline/parts/idRanges.js";

let database: Database;
beforeAll(async () => {
  database = await Database.open(":memory:", { threads: 1, memoryLimit: 1 << 28, spillDirectory: "." });
});
afterAll(() => database.close());

const weights = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 30 })), {
  selector: ([id]) => id,
  maxLength: 12,
});

const sqlOf = (ids: readonly (readonly [string, number])[]): string =>
  ids.length === 0
    ? "SELECT '' AS id, 0 AS weight LIMIT 0"
    : `SELECT * FROM (VALUES ${ids.map(([id, weight]) => `('${id.replaceAll("'", "''")}', ${weight})`).join(", ")}) AS t(id, weight)`;

test("every id is in exactly one range, and no range but for one id is heavier than it may be", async () => {
  for (const ids of fc.sample(weights, { numRuns: 60, seed: 5 })) {
    const ranges = await idRanges(database, sqlOf(ids), 40);
    const found: string[] = [];
    for (const range of ranges) {
      const inside = await database.rows<{ id: string; weight: number }>(
        `SELECT id, weight FROM (${sqlOf(ids)}) WHERE ${inRange("id", range)}`,
      );
      expect(inside.length).toBe(range.ids);
      const total = inside.reduce((sum, { weight }) => sum + weight, 0);
      const heaviest = Math.max(0, ...inside.map(({ weight }) => weight));
      expect(total - heaviest).toBeLessThan(40 + 30);
      found.push(...inside.map(({ id }) => id));
    }
    expect(found.sort()).toEqual(ids.map(([id]) => id).sort());
  }
});

test("together the ranges hold every other id too", async () => {
  const [first, ...rest] = await idRanges(
    database,
    sqlOf([
      ["b", 50],
      ["d", 50],
      ["f", 1],
    ]),
    40,
  );
  const last = rest.at(-1);
  expect(rest.length).toBeGreaterThan(0);
  expect([first?.after, last?.upTo]).toEqual([null, null]);
  rest.forEach(({ after }, index) => {
    expect(after).toBe([first, ...rest][index]?.upTo);
  });
});

test("without ids there is one range for all", async () => {
  expect(await idRanges(database, sqlOf([]), 40)).toEqual([{ after: null, upTo: null, ids: 0 }]);
});
