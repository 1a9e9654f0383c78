import { type GenericValidator, type Value, v } from "convex/values";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mismatchMessage, validateDocument, validateValue } from "../../pipeline/model/validateValue.js";
import { anyValidator, idTable, matchingValue } from "./validators.js";

const reason = (value: Value, validator: GenericValidator): string | null => validateValue(value, validator, idTable);
const noMatch = "Value does not match validator.";
const bytes = new ArrayBuffer(2);

describe("validateValue", () => {
  const matching: [string, Value, GenericValidator][] = [
    ["a string", "x", v.string()],
    ["a float", 1.5, v.number()],
    ["NaN is a float", Number.NaN, v.number()],
    ["an Int64", 1n, v.int64()],
    ["a boolean", false, v.boolean()],
    ["null", null, v.null()],
    ["bytes", bytes, v.bytes()],
    ["anything, null included", null, v.any()],
    ["a literal", "x", v.literal("x")],
    ["an id of the table", "a1", v.id("a")],
    ["an array", ["x", "y"], v.array(v.string())],
    ["an empty array", [], v.array(v.string())],
    ["an object without its optional field", { f: 1 }, v.object({ f: v.number(), g: v.optional(v.string()) })],
    ["a field that is undefined counts as absent", { f: 1, g: undefined } as never, v.object({ f: v.number() })],
    ["a record", { one: 1, two: 2 }, v.record(v.string(), v.number())],
    ["a record by ids", { a1: 1 }, v.record(v.id("a"), v.number())],
    ["one member of a union", 1, v.union(v.string(), v.number())],
    ["the inner value of an optional validator", "x", v.optional(v.string())],
  ];
  it.each(matching)("takes %s", (_what, value, validator) => {
    expect(reason(value, validator)).toBeNull();
  });

  const refused: [string, Value, GenericValidator][] = [
    ["a number for a string", 1, v.string()],
    ["an Int64 for a float", 1n, v.number()],
    ["a float for an Int64", 1, v.int64()],
    ["null for an optional field's value", null, v.optional(v.string())],
    ["another literal", "y", v.literal("x")],
    ["a float literal for an Int64 one", 3, v.literal(3n)],
    ["a text that is no id", "zz", v.id("a")],
    ["a number for an id", 1, v.id("a")],
    ["an object for an array", {}, v.array(v.any())],
    ["an array for an object", [], v.object({})],
    ["bytes for an object", bytes, v.object({})],
    ["null for a record", null, v.record(v.string(), v.any())],
    ["what no member of a union takes", true, v.union(v.string(), v.number())],
    ["an object that no member takes, whatever each would say", { f: 1 }, v.union(v.object({}), v.string())],
    ["anything for an empty union", "x", v.union()],
  ];
  it.each(refused)("refuses %s", (_what, value, validator) => {
    expect(reason(value, validator)).toBe(noMatch);
  });

  it("names a missing field", () => {
    expect(reason({}, v.object({ f: v.string() }))).toBe(
      "Object is missing the required field `f`. " +
        "Consider wrapping the field validator in `v.optional(...)` if this is expected.",
    );
  });

  it("names an extra field, at every level", () => {
    const validator = v.object({ f: v.array(v.object({})) });
    expect(reason({ f: [{}, { g: 1 }] }, validator)).toBe(
      "Object contains extra field `g` that is not in the validator. Path: .f[1]",
    );
  });

  it("names the table an id really belongs to", () => {
    expect(reason({ f: "b1" }, v.object({ f: v.id("a") }))).toBe(
      'Found ID "b1" from table `b`, which does not match the table name in validator `v.id("a")`. Path: .f',
    );
  });

  it("says nothing but that no member of a union matched, save where there is only one", () => {
    expect(reason("b1", v.union(v.id("a"), v.null()))).toBe(noMatch);
    expect(reason("b1", v.union(v.id("a")))).toMatch(/^Found ID "b1"/);
  });

  it("checks the keys of a record as well as its values", () => {
    expect(reason({ b1: 1 }, v.record(v.id("a"), v.number()))).toMatch(/^Found ID "b1" from table `b`/);
    expect(reason({ "odd key": 1 }, v.record(v.string(), v.string()))).toBe(`${noMatch} Path: ["odd key"]`);
  });

  it("is not fooled by names that every object inherits", () => {
    expect(reason({}, v.object({ constructor: v.any() }))).toMatch(/missing the required field `constructor`/);
    expect(reason({ toString: "x" }, v.object({}))).toMatch(/extra field `toString`/);
  });

  it("law: a value made from a validator matches it", () => {
    const pair = anyValidator.chain((validator) =>
      matchingValue(validator).map((value): [Value, GenericValidator] => [value, validator]),
    );
    fc.assert(fc.property(pair, ([value, validator]) => reason(value, validator) === null));
  });

  it("law: an extra field is refused, and a value of another kind is", () => {
    const objects = anyValidator.filter(({ kind }) => kind === "object");
    fc.assert(
      fc.property(
        objects.chain((validator) =>
          matchingValue(validator).map((value): [Value, GenericValidator] => [value, validator]),
        ),
        ([value, validator]) => {
          expect(reason({ ...(value as object), extra: 1 } as Value, validator)).toMatch(/extra field `extra`/);
          expect(reason([value], validator)).toBe(noMatch);
        },
      ),
    );
  });
});

describe("validateDocument", () => {
  it("leaves the system fields out first", () => {
    expect(validateDocument({ _id: "a1", _creationTime: 1, f: "x" }, { f: v.string() }, idTable)).toBeNull();
    expect(validateDocument({ _id: "a1", _other: 1 }, {}, idTable)).toMatch(/extra field `_other`/);
  });

  it("gives the reason behind Convex's own sentence", () => {
    expect(mismatchMessage("tags", noMatch)).toBe(
      'Failed to insert or update a document in table "tags" because it does not match the schema: Value does not match validator.',
    );
  });
});
