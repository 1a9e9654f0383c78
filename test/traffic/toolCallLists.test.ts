import { expect, test } from "vitest";
import { noFields } from "../../fixtures/traffic/desk.js";
import { settledLists, withCall } from "../../fixtures/traffic/toolCallLists.js";

const call = (id: string, more: object = {}) => ({ id, name: "search", arguments: "{}", timestamp: 1, ...more });

test("while a message streams its calls are partial, each once, at its place", () => {
  const message = { isStreaming: true, fields: { ...noFields(), partialToolCalls: [call("a"), call("b")] } };
  expect(withCall(message, call("a", { result: "1" }))).toEqual({
    toolCalls: [],
    partialToolCalls: [call("a", { result: "1" }), call("b")],
  });
});

test("a complete call stays complete, and takes what a write brings; its partial twin goes", () => {
  const fields = { ...noFields(), toolCalls: [call("a", { result: "1" })], partialToolCalls: [call("a")] };
  for (const isStreaming of [true, false]) {
    expect(withCall({ isStreaming, fields }, { id: "a", timestamp: 9 })).toEqual({
      toolCalls: [call("a", { result: "1", timestamp: 9 })],
      partialToolCalls: [],
    });
  }
});

test("settled, partial calls stand behind the complete ones, whose values count", () => {
  const lists = {
    toolCalls: [call("b", { result: "2" })],
    partialToolCalls: [call("a"), call("b", { textPosition: 4 })],
  };
  expect(settledLists(lists)).toEqual({
    toolCalls: [call("b", { result: "2", textPosition: 4 }), call("a")],
    partialToolCalls: [],
  });
});
