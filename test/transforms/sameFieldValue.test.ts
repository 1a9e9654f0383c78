import { describe, expect, it } from "vitest";
import { sameFieldValue } from "../../transforms/sameFieldValue.js";

describe("sameFieldValue", () => {
  it("takes an empty moved array or object for an absent one, but not an empty value inside", () => {
    expect(sameFieldValue("tags", [], undefined)).toBe(true);
    expect(sameFieldValue("preferences", undefined, {})).toBe(true);
    expect(sameFieldValue("tags", null, undefined)).toBe(false);
    expect(sameFieldValue("tags", "", undefined)).toBe(false);
    expect(sameFieldValue("attachments", [{ metadata: {} }], [{}])).toBe(false);
  });

  it("compares the JSON text of tool calls as parsed JSON", () => {
    const call = (text: string) => [{ id: "1", arguments: text, result: text }];
    expect(sameFieldValue("toolCalls", call('{ "a": 1.0, "b": [] }'), call('{"b":[],"a":1}'))).toBe(true);
    expect(sameFieldValue("partialToolCalls", call("[-0]"), call("[0]"))).toBe(true);
    expect(sameFieldValue("toolCalls", call('{"a":1}'), call('{"a":2}'))).toBe(false);
    expect(sameFieldValue("toolCalls", call("not JSON"), call("not JSON"))).toBe(true);
    expect(sameFieldValue("toolCalls", call("not JSON"), call("1"))).toBe(false);
  });

  it("compares texts of other fields, and other texts of tool calls, as texts", () => {
    expect(sameFieldValue("tags", ["1.0"], ["1"])).toBe(false);
    expect(sameFieldValue("toolCalls", [{ id: "1.0" }], [{ id: "1" }])).toBe(false);
  });

  it("tells apart a result that is absent, and lists of other length or type", () => {
    expect(sameFieldValue("toolCalls", [{ arguments: "1", result: "null" }], [{ arguments: "1" }])).toBe(false);
    expect(sameFieldValue("toolCalls", [{ arguments: "1" }], [{ arguments: "1" }, { arguments: "1" }])).toBe(false);
    expect(sameFieldValue("toolCalls", ["1"], [{ arguments: "1" }])).toBe(false);
    expect(sameFieldValue("toolCalls", "x", ["x"])).toBe(false);
  });
});
