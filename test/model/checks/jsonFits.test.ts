import { type GenericValidator, type Value, v } from "convex/values";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../../pipeline/db/database.js";
import { literal } from "../../../pipeline/db/quote.js";
import { jsonFits } from "../../../pipeline/model/checks/jsonFits.js";
import { validateValue } from "../../../pipeline/model/validateValue.js";
import { canonicalEncoding } from "../../../transforms/canonicalEncoding.js";
import { memoryDatabase } from "../memoryDatabase.js";
import { anyValidator, matchingValue } from "../validators.js";

let database: Database;
beforeAll(async () => {
  database = await memoryDatabase();
});
afterAll(() => database.close());

const fits = (json: string, validator: GenericValidator): Promise<boolean | undefined> =>
  database.value<boolean>(`SELECT ${jsonFits("value", validator)} FROM (SELECT ${literal(json)}::JSON AS value)`);

/** As the SQL condition sees it, any text may be an id of `a`, the one table named: a foreign key check asks for the row. */
const anyText = (): string => "a";

describe("jsonFits", () => {
  it.each<[string, GenericValidator, boolean]>([
    ["1.0", v.number(), true],
    ["1", v.number(), false],
    ["9223372036854775808", v.number(), true],
    ['{"$float":"AAAAAAAA+H8="}', v.number(), true],
    ["1", v.int64(), true],
    ["1.0", v.int64(), false],
    ["9223372036854775808", v.int64(), false],
    ['{"$integer":"AAAAAAAAAAA="}', v.int64(), true],
    ['{"$bytes":""}', v.bytes(), true],
    ["null", v.null(), true],
    ["null", v.optional(v.string()), false],
    ['"x"', v.literal("x"), true],
    ["3.0", v.literal(3), true],
    ["3", v.literal(3), false],
    ["3", v.literal(3n), true],
    ["true", v.literal(true), true],
    ['{"f":null}', v.object({ f: v.optional(v.string()) }), false],
    ['{"g":1.0}', v.object({ f: v.optional(v.string()) }), false],
    ['{"$float":"AAAAAAAA+H8="}', v.record(v.string(), v.string()), false],
    ["[]", v.object({}), false],
    ["{}", v.object({ f: v.string() }), false],
    ["{}", v.object({ f: v.optional(v.string()) }), true],
    ["null", v.boolean(), false],
    ['[["x"],["y",1.0]]', v.array(v.array(v.string())), false],
    ['[["x"],[]]', v.array(v.array(v.string())), true],
  ])("says of %s what the schema says", async (json, validator, expected) => {
    expect(await fits(json, validator)).toBe(expected);
  });

  it("law: agrees with validateValue on any value and any validator", async () => {
    const cases = anyValidator.chain((made) =>
      fc.tuple(matchingValue(made), fc.oneof(fc.constant(made), anyValidator)),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([value, validator]: [Value, GenericValidator]) => {
        const expected = validateValue(value, validator, anyText) === null;
        expect(await fits(canonicalEncoding(value), validator)).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });
});
