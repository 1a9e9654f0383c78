import { expect, it } from "vitest";
import { jsonPointer } from "../../transforms/jsonPointer.js";

it("points from the document inwards", () => {
  expect(jsonPointer("toolCalls", 2, "arguments")).toBe("/toolCalls/2/arguments");
  expect(jsonPointer()).toBe("");
});

it("escapes what a pointer gives a meaning to", () => {
  expect(jsonPointer("a/b", "~1", "")).toBe("/a~1b/~01/");
});
