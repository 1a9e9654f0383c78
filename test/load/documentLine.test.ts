import { describe, expect, test } from "vitest";
import { type RawColumn, rawColumns } from "../../pipeline/load/columns.js";
import { DocumentLine } from "../../pipeline/load/documentLine.js";
import { model } from "./loadedWorld.js";

const columns: readonly RawColumn[] = [
  { name: "text", sqlType: "VARCHAR", isFloatArray: false },
  { name: "size", sqlType: "DOUBLE", isFloatArray: false },
  { name: "count", sqlType: "BIGINT", isFloatArray: false },
  { name: "done", sqlType: "BOOLEAN", isFloatArray: false },
  { name: "any", sqlType: "JSON", isFloatArray: false },
  { name: "vector", sqlType: "JSON", isFloatArray: true },
];

/** The line for DuckDB; the line itself where it can stay. */
function rewritten(line: string): string {
  const documentLine = new DocumentLine(columns);
  const block = Buffer.from(`${line}\n{"text":"next"}\n`);
  const row = documentLine.rewrite(block, 0);
  expect(documentLine.end).toBe(Buffer.byteLength(line));
  return (row ?? block.subarray(0, documentLine.end + 1)).toString("utf8").trimEnd();
}

describe("a line that stays", () => {
  test.each([
    ["an empty document", "{}"],
    [
      "values of their columns' types",
      '{"any":[1,{"a":null}],"count":-7,"done":true,"size":-1.5e-7,"text":"\\"x\\\\"}',
    ],
    ["any JSON in a JSON column", '{"any":"text"}'],
    ["bytes of UTF-8", '{"text":"äöü 🙂"}'],
  ])("%s", (_what, line) => {
    expect(rewritten(line)).toBe(line);
  });
});

test.each([
  ["an unknown field", '{"other":[1],"text":"x"}', '{"text":"x","_extra":{"other":[1]}}'],
  ["only unknown fields", '{"a":1,"b":2.0}', '{"_extra":{"a":1,"b":2.0}}'],
  ["a field that differs by case alone", '{"Text":"a","text":"b"}', '{"text":"b","_extra":{"Text":"a"}}'],
  ["fields named like columns of the raw table", '{"_extra":1,"_fault":"!"}', '{"_extra":{"_extra":1,"_fault":"!"}}'],
  ["an Int64 for a float", '{"size":3}', '{"_extra":{"size":3}}'],
  ["a float for an Int64", '{"count":3.0}', '{"_extra":{"count":3.0}}'],
  ["a number for a text", '{"text":3.5}', '{"_extra":{"text":3.5}}'],
  ["a text for a boolean", '{"done":"true"}', '{"_extra":{"done":"true"}}'],
  ["null, which no column holds", '{"any":null}', '{"_extra":{"any":null}}'],
  ["an array of floats, as a text without brackets", '{"vector":[0.1,-2e-7,3.0]}', '{"vector":"0.1,-2e-7,3.0"}'],
  ["an empty array of floats", '{"vector":[]}', '{"vector":""}'],
  ["an array that holds more than floats", '{"vector":[0.1,2]}', '{"vector":[0.1,2],"_fault":"!"}'],
  ["a text for an array of floats", '{"vector":"[0.1]"}', '{"_extra":{"vector":"[0.1]"}}'],
  ["a repeated key, the last of them", '{"text":"a","text":"b"}', '{"text":"b"}'],
  ["a repeated unknown key", '{"a":1,"a":2}', '{"_extra":{"a":2}}'],
  ["white space", ' { "size" : 1.0 }\r', '{"size":1.0}'],
  ["an escape in a key", '{"t\\u0065xt":"a"}', '{"text":"a"}'],
  ["-0, a float", '{"any":[-0],"size":-0}', '{"any":[-0.0],"size":-0.0}'],
  ["an integer beyond 64 bits, a float", '{"size":9223372036854775808}', '{"size":9.223372036854776e18}'],
  ["a float that is no JSON number", '{"size":{"$float":"AAAAAAAA8P8="}}', '{"size":"-inf"}'],
  ["a tag of its own spelling", '{"count":{"$integer":"AQAAAAAAAAA="}}', '{"count":1}'],
  [
    "an object that looks like a float, elsewhere",
    '{"any":{"$float":"AAAAAAAA+H8="}}',
    '{"any":{"$float":"AAAAAAAA+H8="}}',
  ],
])("rewrites %s", (_what, line, expected) => {
  expect(rewritten(line)).toBe(expected);
});

test.each([
  ["no JSON", "LINE_NOT_JSON", "{text"],
  ["a comma too many", "LINE_NOT_JSON", '{"text":"a",}'],
  ["a comma too many inside", "LINE_NOT_JSON", '{"any":[1,]}'],
  ["NaN", "LINE_NOT_JSON", '{"any":[NaN]}'],
  ["Infinity", "LINE_NOT_JSON", '{"size":-Infinity}'],
  ["a backslash at the end", "LINE_NOT_JSON", '{"text":"a\\'],
  ["a leading zero", "LINE_NOT_JSON", '{"size":01.5}'],
  ["an unknown tag", "VALUE_UNKNOWN_TAG", '{"any":[{"$date":"x"}]}'],
  ["a number out of range", "NUMBER_OUT_OF_RANGE", '{"any":{"a":1e400}}'],
  ["great depth", "JSON_TOO_DEEP", `{"any":${"[".repeat(2000)}${"]".repeat(2000)}}`],
])("refuses %s", (_what, code, line) => {
  expect(() => rewritten(line)).toThrow(expect.objectContaining({ code }));
});

test("refuses bytes that are no UTF-8 where it has to decode them", () => {
  const block = Buffer.from('{"text": "é"}\n', "latin1");
  expect(() => new DocumentLine(columns).rewrite(block, 0)).toThrow(expect.objectContaining({ code: "NOT_UTF8" }));
});

test("columns of a table: the system fields and the model's, moved arrays of floats not told apart", () => {
  const messages = rawColumns(model.table("messages"));
  expect(messages.slice(0, 2).map(({ name }) => name)).toEqual(["_id", "_creationTime"]);
  expect(messages.filter(({ isFloatArray }) => isFloatArray).map(({ name }) => name)).toEqual(["embedding"]);
  expect(rawColumns(null).map(({ name }) => name)).toEqual(["_id", "_creationTime"]);
});

test.each([
  ["of a column", '{"_id":"x","text":"a","text":"b"}', ["/text"]],
  ["of an unknown field", '{"a":1,"_id":"x","a":2}', ["/a"]],
  ["inside a line that is read exactly", '{"_id":"x","any":[{"a":1,"a":-0}]}', ["/any/0/a"]],
  // Nothing looks at keys inside values of a line that can stay: it would cost every line.
  ["inside a line that stays", '{"_id":"x","any":[{"a":1,"a":2}]}', []],
])("notes a repeated key %s, once", (_what, line, paths) => {
  const documentLine = new DocumentLine(columns);
  documentLine.rewrite(Buffer.from(`${line}\n`), 0);
  expect(documentLine.takeRepeatedKeys()).toEqual(paths.map((path) => ({ _id: "x", path })));
  expect(documentLine.takeRepeatedKeys()).toEqual([]);
});
