import { describe, expect, test } from "vitest";
import { encodeId } from "../../pipeline/convexFormat/ids.js";
import { scanTable } from "./scanTable.js";

const idOf = (n: number) => encodeId(10001, new Uint8Array(16).fill(n));

describe("an object used as a record", () => {
  const many = Array.from({ length: 500 }, (_, i) => `{"counts":{"day${i}":{"n":1.0},"day${i + 1}":{"n":null}}}`);

  test("collapses into one entry, and nothing is counted twice or lost", () => {
    const fields = scanTable(many);
    expect(Object.keys(fields)).toEqual(["counts", "counts.{key}", "counts.*", "counts.*.n"]);
    expect(fields["counts.*"]).toMatchObject({ documents: 500, values: 1000, kinds: { object: 1000 } });
    expect(fields["counts.*.n"]).toMatchObject({ documents: null, values: 1000, kinds: { float64: 500, null: 500 } });
    expect(fields["counts.{key}"]).toMatchObject({ documents: 500, values: 1000, kinds: { string: 1000 } });
    const keyBytes = Array.from({ length: 500 }, (_, i) => `"day${i}""day${i + 1}"`).join("").length;
    expect(fields["counts.{key}"]?.bytes).toBe(keyBytes);
  });

  test("does so at once when its keys are ids", () => {
    const fields = scanTable([`{"votes":{"note":"x","${idOf(1)}":true,"${idOf(2)}":false}}`]);
    expect(Object.keys(fields)).toEqual(["votes", "votes.{key}", "votes.*"]);
    expect(fields["votes.{key}"]?.kinds).toEqual({ string: 1, id: 2 });
    expect(fields["votes.*"]?.kinds).toEqual({ boolean: 2, string: 1 });
  });

  test("does so at once for a name longer than Convex has any", () => {
    const fields = scanTable([`{"a":{"short":1.0,"${"x".repeat(1025)}":2.0}}`]);
    expect(Object.keys(fields)).toEqual(["a", "a.{key}", "a.*"]);
  });

  test("collapses with records inside of it", () => {
    const inner = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`k${i}`, [{ v: i + 0.5 }]]));
    const outer = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`o${i}`, inner]));
    const fields = scanTable([JSON.stringify({ outer })]);
    expect(Object.keys(fields)).toEqual([
      "outer",
      "outer.{key}",
      "outer.*",
      "outer.*.{key}",
      "outer.*.*",
      "outer.*.*[]",
      "outer.*.*[].v",
    ]);
    expect(fields["outer.*.{key}"]?.kinds).toEqual({ string: 150 * 150 });
    expect(fields["outer.*.*[].v"]?.values).toBe(150 * 150);
  });

  test("however deep and wide, a table has a bounded number of paths", () => {
    const lines = Array.from({ length: 300 }, (_, i) => {
      const level = (depth: number): unknown =>
        depth === 0
          ? 1
          : Object.fromEntries([0, 1, 2].map((j) => [`k${(i * 7 + j * 13 + depth) % 90}`, level(depth - 1)]));
      return JSON.stringify({ data: level(5) });
    });
    const fields = scanTable(lines);
    expect(Object.keys(fields).length).toBeLessThan(6000);
    const leaves = Object.values(fields).reduce((sum, { kinds }) => sum + (kinds.int64 ?? 0), 0);
    expect(leaves).toBe(300 * 3 ** 5);
  });
});
