import type { Value } from "convex/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { encodeId } from "../../pipeline/convexFormat/ids.js";
import { UnnestError } from "../../pipeline/errors.js";
import { MalformedLine } from "../../pipeline/inspect/jsonBytes.js";
import { scanTable } from "./scanTable.js";

const anId = encodeId(10001, new Uint8Array(16));

describe("kinds", () => {
  const kindOf = (value: string) => Object.keys(scanTable([`{"x":${value}}`]).x?.kinds ?? {});

  test.each([
    ["null", "null"],
    ["true", "boolean"],
    ["1", "int64"],
    ["-9223372036854775808", "int64"],
    ["9223372036854775807", "int64"],
    ["9223372036854775808", "float64"],
    ["-0", "float64"],
    ["0", "int64"],
    ["1.0", "float64"],
    ["1e21", "float64"],
    ['"a"', "string"],
    [`"${anId}"`, "id"],
    [`"${anId.slice(0, 10)}1${anId.slice(11)}"`, "string"],
    ['{"$bytes":"AA=="}', "bytes"],
    ['{"$integer":"AQAAAAAAAAA="}', "int64"],
    ['{"$float":"AAAAAAAA+H8="}', "float64"],
    ['{"\\u0024bytes":"AA=="}', "bytes"],
    ["[]", "array"],
    ["{}", "object"],
  ])("%s is %s", (value, kind) => expect(kindOf(value)).toEqual([kind]));
});

describe("fields", () => {
  test("have paths through arrays, objects and odd names", () => {
    const fields = scanTable(['{"a":[{"b":1.0},[2]],"c d":{"e":{"f.g":null}}}']);
    expect(Object.keys(fields)).toEqual(["a", "a[]", "a[].b", "a[][]", '["c d"]', '["c d"].e', '["c d"].e["f.g"]']);
  });

  test("count documents once and values each time, whatever the order of names", () => {
    const fields = scanTable(['{"a":[{"x":1},{"x":2}],"b":true}', '{"b":false,"a":[{"y":1}]}', '{"a":null,"b":true}']);
    expect(fields.a).toMatchObject({ documents: 3, values: 3, kinds: { array: 2, null: 1 } });
    expect(fields["a[]"]).toMatchObject({ documents: 2, values: 3, kinds: { object: 3 } });
    expect(fields["a[].x"]).toMatchObject({ documents: 1, values: 2 });
    expect(fields.b).toMatchObject({ documents: 3, values: 3 });
  });

  test("have the bytes of their JSON text", () => {
    const fields = scanTable(['{"a": {"b": "é", "c": [1, 2.50]} }']);
    expect(fields.a?.bytes).toBe(Buffer.byteLength('{"b": "é", "c": [1, 2.50]}'));
    expect(fields["a.b"]?.bytes).toBe(4);
    expect(fields["a.c[]"]?.bytes).toBe(5);
  });
});

describe("any line", () => {
  test("is counted when JSON.parse reads it, field for field", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()), (document) => {
        const names = Object.keys(document).filter((name) => !JSON.stringify(document).includes('"$') && name !== "");
        fc.pre(names.length === Object.keys(document).length);
        const fields = scanTable([JSON.stringify(document, null, 1)]);
        for (const name of names) {
          const path = /^[A-Za-z_]\w*$/.test(name) ? name : `[${JSON.stringify(name)}]`;
          expect(fields[path]?.documents).toBe(1);
        }
      }),
    );
  });

  test.each([
    "",
    "[]",
    '"a"',
    "{",
    '{"a":1',
    '{"a":1}}',
    '{"a":1,}',
    '{"a":1 "b":2}',
    "{'a':1}",
    '{"a":01}',
    '{"a":1.}',
    '{"a":.5}',
    '{"a":+1}',
    '{"a":-}',
    '{"a":1e400}',
    '{"a":tru}',
    '{"a":"\u0001"}',
    '{"a":"\\x"}',
    '{"a":"\\ud800"}',
    '{"a":"\\udc00\\ud800"}',
    '{"a":[1,]}',
    '{"a":[1}',
    '{"a":1,"$b":2}',
    `{"a":${"[".repeat(200)}${"]".repeat(200)}}`,
    '\ufeff{"a":1}',
  ])("is refused when it is not one JSON object: %s", (line) => {
    expect(() => scanTable([line])).toThrow(MalformedLine);
  });

  test("is refused exactly where the reader that builds values refuses it", () => {
    const document = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value));
    const characters = fc.constantFrom(...'{}[]",:.\\-+0123456789eEutfn $\u0000é', '"$bytes":', "\\ud83d", "\\udc00");
    fc.assert(
      fc.property(document, fc.nat(), fc.nat(3), characters, (text, at, removed, inserted) => {
        const start = at % (text.length + 1);
        const line = text.slice(0, start) + inserted + text.slice(start + removed);
        expect(isAccepted(() => scanTable([line]), MalformedLine)).toBe(
          isAccepted(() => isObject(decodeValue(line)), UnnestError),
        );
      }),
      { numRuns: 3000 },
    );
  });

  test("may escape a surrogate pair", () => {
    expect(scanTable(['{"a":"\\ud83d\\ude00"}']).a?.kinds).toEqual({ string: 1 });
  });
});

function isObject(value: Value): void {
  const isPlain =
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ArrayBuffer);
  if (!isPlain) throw new UnnestError("LINE_NOT_OBJECT", "not an object");
}

function isAccepted(read: () => unknown, refusal: abstract new (...given: never[]) => Error): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof refusal || error instanceof UnnestError) return false;
    throw error;
  }
}
