import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isJsonOf, readJsonText, writeJsonText } from "../../transforms/jsonText.js";

const reasonOf = (text: string): string => {
  const read = readJsonText(text);
  return read.encoding === "json" ? "json" : `${read.code}: ${read.detail}`;
};
const levels = (count: number): string => "[".repeat(count) + "]".repeat(count);

describe("readJsonText", () => {
  it("parses to native values, all numbers Float64", () => {
    expect(readJsonText('{ "a": [1, 2.5, null, true, "x"], "b": {} }')).toEqual({
      encoding: "json",
      value: { a: [1, 2.5, null, true, "x"], b: {} },
    });
    expect(readJsonText("7")).toEqual({ encoding: "json", value: 7 });
  });

  it("leaves what is no JSON as it is", () => {
    expect(readJsonText("{'a': 1}")).toEqual({
      encoding: "text",
      value: "{'a': 1}",
      code: "text_not_json",
      detail: "not JSON",
    });
    expect(reasonOf("")).toBe("text_not_json: not JSON");
    expect(reasonOf("NaN")).toBe("text_not_json: not JSON");
  });

  it.each([
    ["[1e400]", "a number that a double changes"],
    ["12345678901234567890", "a number that a double changes"],
    ['{"a":1,"a":1}', "a repeated key"],
    ['{"a":1,"\\u0061":2}', "a repeated key"],
    ['[{"a":{}} , {"b":1,"b" :2}]', "a repeated key"],
    ['{"":1,"":2}', "a repeated key"],
    ['{"__proto__":1}', "a key that is no field name"],
    ['{"\\u005f_proto__":1}', "a key that is no field name"],
    ['{"$a":1}', "a key that is no field name"],
    ['{"é":1}', "a key that is no field name"],
    ['{"a\\nb":1}', "a key that is no field name"],
    ['{"\u007f":1}', "a key that is no field name"],
    [`{"${"k".repeat(1025)}":1}`, "a key that is no field name"],
    ['["\\ud800"]', "an unpaired surrogate"],
    ['["\\uDC00\\uD800"]', "an unpaired surrogate"],
    ['["\ud800"]', "an unpaired surrogate"],
    ['{"a":{"b":"\\ud800"},"c":"x"}', "an unpaired surrogate"],
    [levels(16), "more than 15 levels"],
    [`[${"0,".repeat(8192)}0]`, "an array of more than 8192 elements"],
    [`{${Array.from({ length: 1025 }, (_, i) => `"k${i}":0`).join()}}`, "an object of more than 1024 fields"],
  ])("keeps %s as text", (text, reason) => {
    expect(readJsonText(text)).toMatchObject({ encoding: "text", value: text });
    expect(reasonOf(text)).toBe(`text_not_representable: ${reason}`);
  });

  it.each([
    levels(15),
    `[${"0,".repeat(8191)}0]`,
    `{${Array.from({ length: 1024 }, (_, i) => `"k${i}":0`).join()}}`,
    `{"${"k".repeat(1024)}":1}`,
    '["\\ud83d\\ude00 😀 \ud83d\\ude00"]',
    '{"a":{"b":1},"b":{"a":1}}',
    '{"_id":1,"constructor":2,"toString":3}',
    '{"url":"https://a.com:80/?a=1:2","note" : "a : b"}',
    '["\\":{\\\\","\\\\",":"]',
    '["12345678901234567890","1e400"]',
    "[1e2,0.30000000000000004,-0]",
    "\t[ ]\r\n",
  ])("has a native value for %s", (text) => {
    expect(readJsonText(text)).toEqual({ encoding: "json", value: JSON.parse(text) });
  });

  it("takes text of any depth", () => {
    expect(reasonOf(levels(200_000))).toBe("text_not_representable: more than 15 levels");
  });

  it("finds a repeated key wherever it stands, and none where there is none", () => {
    const text = fc.json({ maxDepth: 4 });
    fc.assert(
      fc.property(text, fc.string(), (json, key) => {
        const name = JSON.stringify(`k${key.replace(/[^ -~]/g, "")}`);
        expect(reasonOf(`[${json},{${name}:${json},${name}:0}]`)).not.toBe("json");
        const spaced = JSON.stringify(JSON.parse(json), null, 1);
        expect(reasonOf(`{ ${name} : ${spaced}}`)).toBe(reasonOf(`{${name}:${json}}`));
      }),
    );
  });
});

describe("writeJsonText", () => {
  it("gives back JSON that is read as the same value", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const read = readJsonText(text);
        if (read.encoding === "json") expect(JSON.parse(writeJsonText(read.value))).toEqual(JSON.parse(text));
      }),
    );
  });

  it("is total: an Int64 is written as digits", () => {
    expect(writeJsonText({ a: 5n })).toBe('{"a":5}');
  });
});

describe("isJsonOf", () => {
  it("is true of what was written", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value = JSON.parse(text);
        expect(isJsonOf(writeJsonText(value), value)).toBe(true);
      }),
    );
  });

  it.each([
    ["1", 2],
    ["null", {}],
    ["{}", null],
    ["[1]", [1, 2]],
    ["[1,2]", [1]],
    ["[]", {}],
    ["{}", []],
    ['{"a":1}', { a: 1, b: 2 }],
    ['{"a":1,"b":2}', { a: 1 }],
    ['{"a":1}', { b: 1 }],
    ['{"a":[{"b":1}]}', { a: [{ b: 2 }] }],
    ["1e400", Number.POSITIVE_INFINITY],
    ["-1e400", Number.NEGATIVE_INFINITY],
    ["no JSON", "no JSON"],
  ])("is false of %s for another value", (text, value) => {
    expect(isJsonOf(text, value)).toBe(false);
  });
});
