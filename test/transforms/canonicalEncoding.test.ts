import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalEncoding, compareUtf8 } from "../../transforms/canonicalEncoding.js";
import { anyValue } from "../convexFormat/values.js";

describe("canonicalEncoding", () => {
  // As Rust's ryu lays floats out, which is what exports hold.
  test.each([
    [3, "3.0"],
    [-3, "-3.0"],
    [0, "0.0"],
    [-0, "-0.0"],
    [37.5, "37.5"],
    [1746223928974.479, "1746223928974.479"],
    [0.1 + 0.2, "0.30000000000000004"],
    [1e15, "1000000000000000.0"],
    [9999999999999998, "9999999999999998.0"],
    [1e16, "1e16"],
    [12345678901234567000, "1.2345678901234567e19"],
    [1e21, "1e21"],
    [1e-5, "0.00001"],
    [0.00001234, "0.00001234"],
    [1e-6, "1e-6"],
    [1.25e-7, "1.25e-7"],
    [5e-324, "5e-324"],
    [1.7976931348623157e308, "1.7976931348623157e308"],
    [Number.NaN, '{"$float":"AAAAAAAA+H8="}'],
    [Number.POSITIVE_INFINITY, '{"$float":"AAAAAAAA8H8="}'],
    [Number.NEGATIVE_INFINITY, '{"$float":"AAAAAAAA8P8="}'],
    [3n, "3"],
    [-(2n ** 63n), "-9223372036854775808"],
    [new Uint8Array([1, 2, 3]).buffer, '{"$bytes":"AQID"}'],
    ['a"\\\n\u0001é', '"a\\"\\\\\\n\\u0001é"'],
    [null, "null"],
    [[true, [], {}], "[true,[],{}]"],
  ])("writes %s as %s", (value, text) => expect(canonicalEncoding(value)).toBe(text));

  test("sorts keys by their bytes, at every level, and leaves out what is undefined", () => {
    const value = { b: { z: 1n, a: 2n }, "10": 1n, "9": 1n, B: 1n, a: undefined, "\u{1f600}": 1n, "\uffff": 1n };
    expect(canonicalEncoding(value)).toBe('{"10":1,"9":1,"B":1,"b":{"a":2,"z":1},"\uffff":1,"\u{1f600}":1}');
  });

  test("depends on the value alone, not on the order its fields were set in", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anyValue), (fields) => {
        const reversed = Object.fromEntries(Object.entries(fields).reverse());
        expect(canonicalEncoding(reversed)).toBe(canonicalEncoding({ ...fields }));
      }),
    );
  });

  test("every float reads back as itself, and never as an integer", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (float) => {
        const text = canonicalEncoding(float);
        expect(Object.is(Number(text), float)).toBe(true);
        expect(text).toMatch(/[.e]/);
      }),
    );
  });

  test("refuses a bigint that is no Int64", () => {
    expect(() => canonicalEncoding(2n ** 63n)).toThrow(RangeError);
  });

  test("refuses a commit timestamp that is not known yet", () => {
    class CommitTsPlaceholder {}
    expect(() => canonicalEncoding({ at: new CommitTsPlaceholder() as never })).toThrow(TypeError);
  });
});

test("texts are in the order of their UTF-8 bytes", () => {
  const letter = fc.constantFrom("a", "b", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{1f600}", "\u{10ffff}");
  const text = fc.string({ unit: letter, maxLength: 4 });
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(Math.sign(compareUtf8(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
    }),
  );
});
