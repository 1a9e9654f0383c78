import { compareValues, type Value } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import { afterAll, encodeKey } from "../../../pipeline/embedded/store/indexKey.js";

const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double(),
  fc.constantFrom(0, -0, 1, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.constantFrom("", "\0", "\0\0", "\u0001", "a", "a\0", "\u{1f600}", "\uffff"),
  fc.uint8Array({ maxLength: 3 }).map((bytes) => bytes.slice().buffer),
);
const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "ab"), tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
const values = fc.array(fc.option(value, { nil: undefined }), { minLength: 2, maxLength: 2 });

function compareAll(a: readonly (Value | undefined)[], b: readonly (Value | undefined)[]): number {
  return compareValues(a[0], b[0]) || compareValues(a[1], b[1]);
}

test("keys are ordered as the values they are made of", () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const [left, right] = [encodeKey(a), encodeKey(b)];
      expect(Math.sign(left < right ? -1 : left > right ? 1 : 0)).toBe(Math.sign(compareAll(a, b)));
    }),
    { numRuns: 3000 },
  );
});

test("no value's key begins another's, and all that begin with a key end before the one behind it", () => {
  fc.assert(
    fc.property(value, value, value, (a, b, next) => {
      const [left, right] = [encodeKey([a]), encodeKey([b])];
      if (left !== right) expect(right.startsWith(left)).toBe(false);
      expect(encodeKey([a, next]) < left + afterAll).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
