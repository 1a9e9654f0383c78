import { getConvexSize, type Value } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import { valueSize } from "../../pipeline/convexFormat/valueSize.js";
import { convexSize } from "../../transforms/convexSize.js";

/** No stored text holds half a surrogate pair. */
const text = fc.string({ unit: "binary", maxLength: 600 });

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    text,
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 9 }).map((bytes) => new Uint8Array(bytes).buffer),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(text, tie("value"), { maxKeys: 3 }),
  ),
}));

test("both count a value's bytes as convex/values does", () => {
  fc.assert(
    fc.property(value, (any) => {
      expect([convexSize(any), valueSize(any)]).toEqual([getConvexSize(any), getConvexSize(any)]);
    }),
  );
});

test("every length of a letter in UTF-8, in short texts and long ones", () => {
  for (const letter of ["a", "é", "€", "😀"]) {
    for (const length of [1, 400, 501]) {
      const long = letter.repeat(length);
      expect(convexSize(long)).toBe(getConvexSize(long));
    }
  }
});

test("an undefined field has no size", () => {
  expect(convexSize({ a: 1, b: undefined as never })).toBe(convexSize({ a: 1 }));
});
