import { type Value, v } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AnyReader } from "../../convex/documents.js";
import { fits } from "../../convex/fits.js";
import { validateValue } from "../../pipeline/model/validateValue.js";
import { anyValidator, idTable, matchingValue } from "../model/validators.js";

const db = {
  normalizeId: (table: string, text: string) => (idTable(text) === table ? text : null),
} as unknown as AnyReader;

/** A value made for one validator, held against another one. */
const pair = fc
  .tuple(anyValidator, anyValidator)
  .chain(([validator, other]) =>
    fc.tuple(fc.constant(validator), fc.oneof(matchingValue(validator), matchingValue(other))),
  );

test("agrees with the pipeline's validateValue on any value and any validator", () => {
  fc.assert(
    fc.property(pair, ([validator, value]) => {
      expect(fits(validator, value, db)).toBe(validateValue(value, validator, idTable) === null);
    }),
  );
});

test("undefined fits what is optional, and an undefined field is none", () => {
  const validator = v.object({ a: v.optional(v.string()) });
  expect([fits(v.optional(v.string()), undefined), fits(v.string(), undefined)]).toEqual([true, false]);
  expect(fits(validator, { a: undefined, b: undefined } as unknown as Value)).toBe(true);
  expect(fits(validator, { b: 1 })).toBe(false);
});

test("without a database any text is an id; ids of system tables are asked of the system", () => {
  expect(fits(v.id("a"), "b1")).toBe(true);
  const system = { normalizeId: (table: string) => (table === "_storage" ? "f" : null) };
  expect(fits(v.id("_storage"), "f", { ...db, system } as unknown as AnyReader)).toBe(true);
});
