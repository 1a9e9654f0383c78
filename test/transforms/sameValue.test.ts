import { describe, expect, it } from "vitest";
import { isObject, sameValue } from "../../transforms/sameValue.js";

const bytes = (...values: number[]): ArrayBuffer => new Uint8Array(values).buffer;

describe("sameValue", () => {
  it.each([
    [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ],
    [{ a: 1, b: undefined }, { a: 1 }],
    [-0, 0],
    [Number.NaN, Number.NaN],
    [5n, 5n],
    [bytes(1, 2), bytes(1, 2)],
    [undefined, undefined],
  ])("%o equals %o", (left, right) => {
    expect(sameValue(left, right)).toBe(true);
    expect(sameValue(right, left)).toBe(true);
  });

  it.each([
    [1, 1n],
    [null, undefined],
    [[], {}],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, 1]],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: null }, {}],
    [bytes(1, 2), bytes(1, 3)],
    [bytes(1), bytes(1, 1)],
    [bytes(), {}],
    ["1", 1],
    [Number.NaN, 0],
  ])("%o differs from %o", (left, right) => {
    expect(sameValue(left, right)).toBe(false);
    expect(sameValue(right, left)).toBe(false);
  });

  it("does not take an inherited field for one of the value", () => {
    expect(sameValue(JSON.parse('{"toString":1}'), JSON.parse('{"valueOf":1}'))).toBe(false);
  });
});

it("knows an object of fields from other things that typeof calls objects", () => {
  expect([{}, { a: 1 }].every(isObject)).toBe(true);
  expect([null, [], bytes(), "x", undefined].some(isObject)).toBe(false);
});
