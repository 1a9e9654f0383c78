import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import {
  decodeLine,
  parseTableEncoding,
  passesAsUniform,
  toUniformLine,
} from "../../pipeline/convexFormat/encoding.js";
import { UnnestError } from "../../pipeline/errors.js";
import { idOf } from "./values.js";

const id = idOf(10007, 1);

/** The encoding of a table with this shape and these later lines. */
function shaped(shape: string, ...overrides: unknown[]) {
  const lines = [JSON.stringify(shape), ...overrides.map((override) => JSON.stringify(override))];
  return parseTableEncoding(`${lines.join("\n")}\n`, { table: "t" });
}

const plain = parseTableEncoding(null, { table: "t" });
const uniform = parseTableEncoding('"uniform"\n', { table: "t" });

describe("toUniformLine", () => {
  test("leaves a uniform line as it is", () => {
    const line = '{"b":1,"a":{"$float":"AAAAAAAA+H8="}}';
    expect(toUniformLine(line, uniform)).toBe(line);
    expect([uniform, plain, shaped("never")].map(passesAsUniform)).toEqual([true, false, false]);
  });

  test.each([
    ["numbers are floats", '{"a":1,"b":[-2,3.5,0.10000000000000001]}', '{"a":1.0,"b":[-2.0,3.5,0.10000000000000001]}'],
    ["integers in texts are texts", '{"a 1":"2, 3","b\\"4":5}', '{"a 1":"2, 3","b\\"4":5.0}'],
    ["minus zero is kept", "[-0,-0.0]", "[-0.0,-0.0]"],
    ["a line of floats comes as it is", ' {"b":1.0, "a":"x"}\r', ' {"b":1.0, "a":"x"}\r'],
    ["exponents are written the one way", '{"b":1E3,"a":1e-7}', '{"a":1e-7,"b":1000.0}'],
    ["an integer beyond 64 bits", "[123456789012345678901234567890]", "[123456789012345678901234567890.0]"],
  ])("plain: %s", (_what, line, expected) => {
    expect(toUniformLine(line, plain)).toBe(expected);
    expect(toUniformLine(line, shaped("record<string, normalfloat64 | string>"))).toBe(expected);
  });

  test("a plain line read as uniform has the values that it has as plain, whatever it holds", () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (line) => {
        fc.pre(!line.includes("$"));
        expect(decodeValue(toUniformLine(line, plain))).toEqual(decodeLine(line, plain));
      }),
    );
  });

  test("refuses $-objects outside of uniform", () => {
    const line = '{"a":{"$integer":"AQAAAAAAAAA="}}';
    for (const encoding of [plain, shaped("unknown")]) {
      expect(codeOf(() => toUniformLine(line, encoding))).toBe("VALUE_UNKNOWN_TAG");
    }
  });
});

describe("a shape", () => {
  test.each([
    ["int64", '"7"', "7"],
    ["int64 | null", '"-7"', "-7"],
    ["int64 | null", "null", "null"],
    ["bytes", '"AQID"', '{"$bytes":"AQID"}'],
    ["inf | normalfloat64", '"Infinity"', '{"$float":"AAAAAAAA8H8="}'],
    ["-inf | inf", '"-Infinity"', '{"$float":"AAAAAAAA8P8="}'],
    ["-0 | normalfloat64", "-0.0", "-0.0"],
    ["array<int64>", '["1","2"]', "[1,2]"],
    ["array<int64 | boolean> | int64", '["1",true]', "[1,true]"],
    ['{"a": int64, "b"?: string}', '{"b":"1","a":"1"}', '{"a":1,"b":"1"}'],
    ['{"a": int64} | {"a": null}', '{"a":"1"}', '{"a":1}'],
    ["record<string, int64>", '{"x":"1"}', '{"x":1}'],
    ['record<id<10007>, {"n": bytes}>', '{"x":{"n":""}}', '{"x":{"n":{"$bytes":""}}}'],
    ["normalfloat64", "3", "3.0"],
  ])("%s reads %s as %s", (shape, line, expected) => expect(toUniformLine(line, shaped(shape))).toBe(expected));

  test.each([
    ["int64 | string", '"7"'],
    ['int64 | "literal"', '"7"'],
    ["int64 | id<10007>", '"7"'],
    ["int64 | field_name", '"7"'],
    ["int64 | bytes", '"7777"'],
    ["float64", '"Infinity"'],
    ["NaN | normalfloat64", '"NaN"'],
    ["unknown", '"7"'],
    ["int64 | unknown", '"7"'],
    ["array<unknown>", '["7"]'],
    ['{"a": int64} | {"a": string}', '{"a":"7"}'],
    ['{"a": int64} | record<string, string>', '{"a":"7"}'],
    ['{"a": int64}', '{"b":"7"}'],
    ["never", '"7"'],
  ])("%s leaves %s a string", (shape, line) => expect(toUniformLine(line, shaped(shape))).toBe(line));

  test.each([
    ["int64", '"seven"'],
    ["int64", '"9223372036854775808"'],
    ["int64", '""'],
    ["bytes", '"a"'],
    ["inf", '"infinite"'],
  ])("%s refuses %s", (shape, line) =>
    expect(codeOf(() => toUniformLine(line, shaped(shape)))).toBe("VALUE_NOT_OF_SHAPE"),
  );

  test("overrides hold for their document alone", () => {
    const encoding = shaped("unknown", { [id]: { n: "int64", f: "float64inf", b: "bytes", a: ["infer", "int64"] } });
    const fields = '"n":"7","f":"Infinity","b":"AQID","a":["8","8"],"s":"9"';
    expect(toUniformLine(`{"_id":"${id}",${fields}}`, encoding)).toBe(
      `{"_id":"${id}","a":["8",8],"b":{"$bytes":"AQID"},"f":{"$float":"AAAAAAAA8H8="},"n":7,"s":"9"}`,
    );
    const other = `{"_id":"${idOf(10007, 2)}",${fields}}`;
    expect(toUniformLine(other, encoding)).toBe(other);
  });

  test("an override is found however the _id is spelled, and not in another field", () => {
    const encoding = shaped("unknown", { [id]: { n: "int64" } });
    expect(toUniformLine(`{"\\u005fid" : "${id}", "n":"7"}`, encoding)).toBe(`{"_id":"${id}","n":7}`);
    const nested = `{"_id":"x","a":{"_id":"${id}"},"n":"7"}`;
    expect(toUniformLine(nested, encoding)).toBe(`{"_id":"x","a":{"_id":"${id}"},"n":"7"}`);
  });

  test("NaN comes from an override", () => {
    const encoding = shaped("unknown", { [id]: { x: { $float64NaN: "AAAAAAAA+H8=" } } });
    expect(toUniformLine(`{"_id":"${id}","x":"NaN"}`, encoding)).toBe(`{"_id":"${id}","x":{"$float":"AAAAAAAA+H8="}}`);
  });

  test.each([
    ["an array of another length", { x: ["int64", "int64"] }, '["7"]'],
    ["an object for a string", { x: { y: "int64" } }, '"7"'],
    ["a string's for an array", { x: "int64" }, '["7"]'],
    ["an array's for an object", { x: ["int64"] }, '{"y":"7"}'],
    ["NaN for another text", { x: { $float64NaN: "AAAAAAAA+H8=" } }, '"nan"'],
  ])("an override that does not fit is refused: %s", (_what, override, value) => {
    const encoding = shaped("unknown", { [id]: override });
    expect(codeOf(() => toUniformLine(`{"_id":"${id}","x":${value}}`, encoding))).toBe("VALUE_NOT_OF_SHAPE");
  });

  test("a literal may hold what looks like a shape", () => {
    expect(toUniformLine('{"a":"7"}', shaped('{"a": "int64 | {>" | "x\\"y", "b": int64}'))).toBe('{"a":"7"}');
  });
});

describe("parseTableEncoding", () => {
  test.each([
    ["nothing", "", 1],
    ["no JSON", "uniform", 1],
    ["no string", "{}", 1],
    ["an unknown word", '"strin"', 1],
    ["a word that every object has", '"constructor"', 1],
    ["an open bracket", '"array<string"', 1],
    ["a union without an end", '"string | "', 1],
    ["an id without a number", '"id<x>"', 1],
    ["something after the end", '"string string"', 1],
    ["a set, which Convex has given up", '"set<string>"', 1],
    ["a shape that nests without end", JSON.stringify("array<".repeat(10_000)), 1],
    ["an override that is no JSON", '"unknown"\n{', 2],
    ["an override of two documents", '"unknown"\n{"a":"int64","b":"int64"}', 2],
    ["an override of no document", '"unknown"\n{}', 2],
    ["an override with an unknown word", '"unknown"\n{"a":"int64"}\n{"a":["int32"]}', 3],
    ["an override with a NaN that is none", '"unknown"\n{"a":{"$float64NaN":"AAAAAAAA8H8="}}', 2],
  ])("refuses %s", (_what, text, line) => {
    const act = () => parseTableEncoding(text, { table: "t" });
    expect(act).toThrow(UnnestError);
    expect(act).toThrow(expect.objectContaining({ code: "GENERATED_SCHEMA_INVALID", place: { table: "t", line } }));
  });
});

function codeOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error instanceof UnnestError ? error.code : error;
  }
  return "nothing was thrown";
}
