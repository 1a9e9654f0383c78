import type { Value } from "convex/values";
import { describe, expect, test } from "vitest";
import { checkDocumentLimits, documentSize } from "../../pipeline/convexFormat/limits.js";
import { idOf } from "./values.js";

const system = { _id: idOf(10007, 1), _creationTime: 1.7e12 };

function nested(levels: number): Value {
  let value: Value = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
}

function fields(count: number): Record<string, Value> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, null]));
}

describe("documentSize", () => {
  // Object 2, `_id` 4 + 34, `_creationTime` 14 + 9.
  const base = 63;
  test.each([
    ["null", null, 1],
    ["boolean", true, 1],
    ["Float64", 1.5, 9],
    ["Int64", 1n, 9],
    ["string", "aé🙂", 9],
    ["bytes", new ArrayBuffer(5), 7],
    ["array", [null, true], 4],
    ["object", { ab: null }, 6],
  ])("counts a %s as Convex does", (_what, value, size) => {
    expect(documentSize({ ...system, f: value })).toBe(base + 2 + size);
  });
});

describe("checkDocumentLimits", () => {
  test("an ordinary document and one at every limit are fine", () => {
    expect(checkDocumentLimits({ ...system, name: "x", list: [1, { a: "é🙂" }] })).toEqual([]);
    expect(checkDocumentLimits({ ...system, deep: nested(15) })).toEqual([]);
    expect(checkDocumentLimits({ ...system, many: Array(8192).fill(null), wide: fields(1024) })).toEqual([]);
    expect(checkDocumentLimits({ ...system, ["k".repeat(1024)]: 1, " ~!": 1 })).toEqual([]);
    expect(checkDocumentLimits({ ...system, text: "x".repeat(1_048_576 - 63 - 5 - 2) })).toEqual([]);
  });

  test.each([
    ["documentSize", { text: "x".repeat(1_048_576 - 63 - 5 - 1) }, { path: "", limit: 1_048_576, found: 1_048_577 }],
    ["nesting", { deep: nested(16) }, { path: `/deep${"/0".repeat(15)}`, limit: 16, found: 17 }],
    ["arrayLength", { a: { b: Array(8193).fill(null) } }, { path: "/a/b", limit: 8192, found: 8193 }],
    ["objectFields", { wide: fields(1025) }, { path: "/wide", limit: 1024, found: 1025 }],
    ["keyLength", { ["k".repeat(1025)]: 1 }, { path: "", limit: 1024, found: 1025 }],
    ["keyCharacters", { "a/b": [{ é: 1 }] }, { path: "/a~1b/0" }],
    ["keyReserved", { a: { $b: 1 } }, { path: "/a" }],
    ["systemField", { _mine: 1 }, { path: "/_mine" }],
    ["unicode", { a: ["fine", "\ud83d"] }, { path: "/a/1" }],
  ])("finds %s", (rule, document: Record<string, Value>, where) => {
    expect(checkDocumentLimits({ ...system, ...document })).toEqual([{ rule, ...where }]);
  });

  test("an underscore is free below the top, and an absent field counts for nothing", () => {
    expect(checkDocumentLimits({ ...system, a: { _x: 1, "\u0001": undefined } })).toEqual([]);
  });
});
