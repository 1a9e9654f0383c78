import { describe, expect, it } from "vitest";
import { sameStored } from "../../pipeline/rehearse/sameStored.js";

describe("two stored values", () => {
  it.each([
    ["texts", "a", "a"],
    ["a number and its negative zero", 0, -0],
    ["no numbers", Number.NaN, Number.NaN],
    ["objects, whatever the order of their keys", { a: 1, b: [2] }, { b: [2], a: 1 }],
    ["an absent field and one that is not there", { a: 1, b: undefined }, { a: 1 }],
    ["bytes", new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2]).buffer],
  ])("are the same: %s", (_, a, b) => {
    expect(sameStored(a, b, false)).toBe(true);
  });

  it.each([
    ["a float and an Int64", 1, 1n],
    ["null and nothing", null, undefined],
    ["an empty array and nothing", [], undefined],
    ["an array and an object of the same keys", ["a"], { 0: "a" }],
    ["JSON that was written anew", '{"a": 1}', '{"a":1}'],
    ["arrays of another order", [1, 2], [2, 1]],
    ["bytes", new Uint8Array([1]).buffer, new Uint8Array([2]).buffer],
  ])("are not: %s", (_, a, b) => {
    expect(sameStored(a, b, false)).toBe(false);
  });

  it("of a moved field: nothing is what an empty array or object is, and JSON is what it says", () => {
    expect(sameStored([], undefined, true)).toBe(true);
    expect(sameStored({}, undefined, true)).toBe(true);
    expect(sameStored([{ arguments: '{"a": 1, "b":2}' }], [{ arguments: '{"b":2,"a":1}' }], true)).toBe(true);
    expect(sameStored([{ arguments: "no JSON" }], [{ arguments: "no  JSON" }], true)).toBe(false);
    expect(sameStored(["1"], ["1.0"], true)).toBe(true);
    expect(sameStored([{ inner: [] }], [{}], true)).toBe(false);
  });
});
