import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeJson } from "../../pipeline/convexFormat/decodeJson.js";
import { decodePlain, decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { UnnestError } from "../../pipeline/errors.js";
import { canonicalEncoding } from "../../transforms/index.js";
import { anyValue } from "./values.js";

describe("decodeValue", () => {
  test("reads back whatever the encoding writes", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const read = decodeValue(canonicalEncoding(value));
        expect(read).toEqual(value);
        expect(canonicalEncoding(read)).toBe(canonicalEncoding(value));
      }),
      { numRuns: 1000 },
    );
  });

  test("the quick way and the exact reader agree on every JSON text", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(outcome(() => decodePlain(text))).toEqual(outcome(() => decodeJson(text, "plain")));
        expect(outcome(() => decodeValue(text))).toEqual(outcome(() => decodeJson(text, "uniform")));
      }),
    );
  });

  test.each([
    ["an integer", "1", 1n],
    ["a float", "1.0", 1],
    ["an exponent", "1e21", 1e21],
    ["an exponent that makes an integer", "1e2", 100],
    ["minus zero with a fraction", "-0.0", -0],
    ["minus zero without one", "-0", -0],
    ["zero", "0", 0n],
    ["the greatest Int64", "9223372036854775807", 2n ** 63n - 1n],
    ["one more, a float", "9223372036854775808", 2 ** 63],
    ["the least Int64", "-9223372036854775808", -(2n ** 63n)],
    ["one less, a float", "-9223372036854775809", -(2 ** 63)],
    ["16 digits", "9007199254740993", 9007199254740993n],
    ["17 digits of a float", "0.30000000000000004", 0.1 + 0.2],
    ["NaN", '{"$float":"AAAAAAAA+H8="}', NaN],
    ["infinity", '{"$float":"AAAAAAAA8H8="}', Infinity],
    ["minus infinity", '{"$float":"AAAAAAAA8P8="}', -Infinity],
    ["minus zero as an object", '{"$float":"AAAAAAAAAIA="}', -0],
    ["an Int64 as an object", '{"$integer":"AQAAAAAAAAA="}', 1n],
    ["an escaped $ in a key", '{"\\u0024integer":"/////////38="}', 2n ** 63n - 1n],
    ["spaces", ' { "a" : [ 1 , 2.5 ] } ', { a: [1n, 2.5] }],
    ["the last of two equal keys", '{"a":1,"a":2}', { a: 2n }],
    ["escapes", '["\\u00e9\\n\\/\\ud83d\\ude00","\\\\",1]', ["é\n/😀", "\\", 1n]],
    ["a text that looks like a tag", '["$float",{"a":"$bytes"}]', ["$float", { a: "$bytes" }]],
  ])("reads %s", (_what, text, value) => expect(decodeValue(text)).toEqual(value));

  test("reads bytes", () => {
    expect(decodeValue('{"$bytes":"AQID"}')).toEqual(new Uint8Array([1, 2, 3]).buffer);
    expect(decodeValue('{"$bytes":""}')).toEqual(new ArrayBuffer(0));
  });

  test("keeps a field named __proto__ a field", () => {
    for (const text of ['{"__proto__":1}', '{"__proto__":1.5}']) {
      const value = decodeValue(text) as object;
      expect(Object.keys(value)).toEqual(["__proto__"]);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }
  });

  test.each([
    ["LINE_NOT_JSON", "", 0],
    ["LINE_NOT_JSON", "{", 1],
    ["LINE_NOT_JSON", '{"a":1', 6],
    ["LINE_NOT_JSON", '{"a":1.5,}', 9],
    ["LINE_NOT_JSON", "[1 2]", 3],
    ["LINE_NOT_JSON", "[1]x", 3],
    ["LINE_NOT_JSON", "01", 1],
    ["LINE_NOT_JSON", "1.", 1],
    ["LINE_NOT_JSON", "+1", 0],
    ["LINE_NOT_JSON", ".5", 0],
    ["LINE_NOT_JSON", "NaN", 0],
    ["LINE_NOT_JSON", "nul", 3],
    ["LINE_NOT_JSON", '"abc', 4],
    ["LINE_NOT_JSON", '["a\tb"]', 1],
    ["LINE_NOT_JSON", '["\\x41"]', 1],
    ["LINE_NOT_JSON", "{1:2}", 1],
    ["VALUE_UNKNOWN_TAG", '{"$date":"x"}', 0],
    ["VALUE_TAG_MALFORMED", '[{"$float":1.0}]', 1],
    ["VALUE_TAG_MALFORMED", '{"$float":"AAAAAAAA8D8="}', 0],
    ["VALUE_TAG_MALFORMED", '{"$integer":"AQ=="}', 0],
    ["VALUE_TAG_MALFORMED", '{"$bytes":"AQID","a":1}', 0],
    ["VALUE_TAG_MALFORMED", '{"a":1,"$bytes":"AQID"}', 0],
    ["VALUE_TAG_MALFORMED", '{"$bytes":"AQI"}', 0],
    ["VALUE_TAG_MALFORMED", '{"$bytes":"AR=="}', 0],
    ["NUMBER_OUT_OF_RANGE", "[1e999]", 1],
    ["NUMBER_OUT_OF_RANGE", "-1e999", 0],
    ["NUMBER_OUT_OF_RANGE", `1${"0".repeat(400)}`, 0],
    ["NUMBER_OUT_OF_RANGE", `1${"0".repeat(400)}.0`, 0],
    ["UNPAIRED_SURROGATE", '["\\ud83d"]', 1],
    ["UNPAIRED_SURROGATE", '{"a":"\\uDE00x"}', 5],
    ["JSON_TOO_DEEP", "[".repeat(200) + "]".repeat(200), 128],
  ])("refuses with %s (%#)", (code, text, offset) => {
    const error = thrown(() => decodeValue(text));
    expect(error).toMatchObject({ code, place: { offset } });
  });

  test("messages do not quote the document", () => {
    for (const text of ['{"a":secret}', '["secret', '{"$secret":1}', '["\\ud83dsecret"]']) {
      expect(thrown(() => decodeValue(text)).message).not.toContain("secret");
    }
  });
});

describe("decodePlain", () => {
  test("reads all numbers as floats", () => {
    expect(decodePlain('[1,-0,2.5,9223372036854775807,{"a":"7"}]')).toEqual([1, -0, 2.5, 2 ** 63, { a: "7" }]);
  });

  test("knows no $-objects", () => {
    expect(thrown(() => decodePlain('{"a":{"$integer":"AQAAAAAAAAA="}}')).code).toBe("VALUE_UNKNOWN_TAG");
  });
});

function outcome(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error instanceof UnnestError ? { code: error.code, place: error.place } : error;
  }
}

function thrown(act: () => unknown): UnnestError {
  try {
    act();
  } catch (error) {
    if (error instanceof UnnestError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
