import fc from "fast-check";
import { expect, it } from "vitest";
import { scanJson } from "../../transforms/scanJson.js";

it("counts keys as they are written", () => {
  expect(scanJson('{"a":1,"a":{"b" : [":"]},"\\"c\\\\":":"}').keys).toBe(4);
  expect(scanJson('"a:b"').keys).toBe(0);
});

it("looks at numbers outside of strings only", () => {
  expect(scanJson('["1e400", 1.5e3, 123456789012345]').numbersAreExact).toBe(true);
  expect(scanJson('{"a":[0,1234567890123456789]}').numbersAreExact).toBe(false);
  expect(scanJson("1e400").numbersAreExact).toBe(false);
});

it("counts as many keys as a parsed value without repeats has", () => {
  const count = (value: unknown): number =>
    typeof value !== "object" || value === null
      ? 0
      : Object.values(value).reduce(
          (sum: number, item) => sum + count(item),
          Array.isArray(value) ? 0 : Object.keys(value).length,
        );
  fc.assert(
    fc.property(fc.json(), fc.nat(3), (text, indent) => {
      const value: unknown = JSON.parse(text);
      expect(scanJson(JSON.stringify(value, null, indent))).toEqual({ keys: count(value), numbersAreExact: true });
    }),
  );
});
