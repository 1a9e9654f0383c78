import type { Value } from "convex/values";
import { describe, expect, it } from "vitest";
import { toolCalls } from "../../transforms/toolCalls.js";
import { mapMessage, messageWorld, owned, tally } from "./messageWorld.js";
import { doc, mapIn, store } from "./world.js";

const call = (id: string, fields: Record<string, Value> = {}) => ({
  id,
  name: "search",
  arguments: '{"q":"x"}',
  timestamp: 7,
  ...fields,
});
const map = (calls: Value, partials: Value = [], status = "complete") =>
  mapMessage(toolCalls, { toolCalls: calls, partialToolCalls: partials, status });
const row = (id: string, position: number, path: string, columns = {}) => ({
  table: "toolCalls",
  value: {
    ...owned,
    position,
    toolCallId: id,
    toolName: "search",
    args: { q: "x" },
    argsEncoding: "json",
    isPartial: false,
    timestamp: 7,
    ...columns,
  },
  refs: [],
  element: path.startsWith("/partial") ? "partialToolCall" : "toolCall",
  path,
});
const merged = (code: string, path: string, value?: Value) => ({
  code,
  kind: "merged",
  path,
  element: path.startsWith("/partial") ? "partialToolCall" : "toolCall",
  ...(value === undefined ? {} : { value }),
});

describe("tool calls", () => {
  it("become rows with native values", () => {
    const calls = [call("a", { result: "[1]", textPosition: 3 }), call("b", { result: "null" })];
    expect(map(calls)).toEqual({
      rows: [
        row("a", 0, "/toolCalls/0", { result: [1], resultEncoding: "json", textPosition: 3 }),
        row("b", 1, "/toolCalls/1", { result: null, resultEncoding: "json" }),
      ],
      mentions: [],
      entries: [],
      tally: { toolCall: tally({ source: 2, rows: 2 }) },
    });
  });

  it("stay text where they have no native form", () => {
    const result = map([call("a", { arguments: "{oops", result: '{"a":1,"a":2}' })]);
    expect(result.rows).toEqual([
      row("a", 0, "/toolCalls/0", {
        args: "{oops",
        argsEncoding: "text",
        result: '{"a":1,"a":2}',
        resultEncoding: "text",
      }),
    ]);
    expect(result.entries).toEqual([
      { code: "text_not_json", kind: "noted", path: "/toolCalls/0/arguments", detail: "not JSON" },
      { code: "text_not_representable", kind: "noted", path: "/toolCalls/0/result", detail: "a repeated key" },
    ]);
  });

  it("come in one order: the complete ones first, positions counting rows alone", () => {
    const result = map([call("a"), null, call("b")], [call("c")], "generating");
    expect(result.rows).toEqual([
      row("a", 0, "/toolCalls/0"),
      row("b", 1, "/toolCalls/2"),
      row("c", 2, "/partialToolCalls/0", { isPartial: true }),
    ]);
    expect(result.tally).toEqual({
      toolCall: tally({ source: 3, rows: 2, rejected: 1 }),
      partialToolCall: tally({ source: 1, rows: 1 }),
    });
  });

  it.each([
    ["no object", 5, undefined],
    ["without an id", { name: "n", arguments: "{}", timestamp: 1 }, "field id"],
    ["with an Int64 timestamp", call("a", { timestamp: 5n }), "field timestamp"],
    ["with arguments that are no text", call("a", { arguments: {} }), "field arguments"],
    ["with a null name", call("a", { name: null }), "field name"],
  ])("are rejected when %s", (_, value, detail) => {
    const entry = { code: "invalid_tool_call", kind: "rejected", path: "/toolCalls/0", value, element: "toolCall" };
    expect(map([value]).entries).toEqual([detail === undefined ? entry : { ...entry, detail }]);
  });

  it.each([null, {}, "x"])("are one invalid element in a field of the wrong type: %o", (value) => {
    expect(map([], value).entries).toEqual([
      { code: "invalid_tool_call", kind: "rejected", path: "/partialToolCalls", value, element: "partialToolCall" },
    ]);
  });

  it("keep what has no column", () => {
    const result = map([call("a", { extra: 1, result: 5, textPosition: null })]);
    expect(result.rows).toEqual([row("a", 0, "/toolCalls/0")]);
    expect(result.entries).toEqual([
      { code: "unknown_field", kind: "kept", path: "/toolCalls/0/extra", value: 1 },
      { code: "unknown_field", kind: "kept", path: "/toolCalls/0/result", value: 5, detail: "not of type string" },
      {
        code: "unknown_field",
        kind: "kept",
        path: "/toolCalls/0/textPosition",
        value: null,
        detail: "not of type number",
      },
    ]);
  });
});

describe("the same tool call twice", () => {
  it("in one list: the later timestamp stays, where it stands", () => {
    const result = map([call("a", { timestamp: 9 }), call("b"), call("a")]);
    expect(result.rows).toEqual([row("a", 0, "/toolCalls/0", { timestamp: 9 }), row("b", 1, "/toolCalls/1")]);
    expect(result.entries).toEqual([merged("duplicate_tool_call", "/toolCalls/2", call("a"))]);
    expect(result.tally).toEqual({ toolCall: tally({ source: 3, rows: 2, merged: 1 }) });
  });

  it("at one time: the later element stays, and an equal one needs no value", () => {
    const result = map([call("a"), call("b"), call("a", { arguments: "1" }), call("a", { arguments: "1" })]);
    expect(result.rows.map(({ path }) => path)).toEqual(["/toolCalls/1", "/toolCalls/3"]);
    expect(result.entries).toEqual([
      merged("duplicate_tool_call", "/toolCalls/0", call("a")),
      merged("duplicate_tool_call", "/toolCalls/2"),
    ]);
  });

  it("with a time that is no number: that sorts first", () => {
    const nan = call("a", { timestamp: Number.NaN });
    expect(map([call("a"), nan]).rows.map(({ path }) => path)).toEqual(["/toolCalls/0"]);
    expect(map([nan, nan]).rows.map(({ path }) => path)).toEqual(["/toolCalls/1"]);
  });

  it("in both lists: the complete one stays, however early", () => {
    const late = call("a", { timestamp: 99 });
    const result = map([call("a")], [call("a"), late, call("b")]);
    expect(result.rows).toEqual([row("a", 0, "/toolCalls/0"), row("b", 1, "/partialToolCalls/2")]);
    expect(result.entries).toEqual([
      merged("duplicate_tool_call", "/partialToolCalls/0", call("a")),
      merged("superseded_partial", "/partialToolCalls/1", late),
      { code: "settled_partial", kind: "noted", path: "/partialToolCalls/2" },
    ]);
  });

  it("supersedes an equal partial one without a value", () => {
    expect(map([call("a")], [call("a")]).entries).toEqual([merged("superseded_partial", "/partialToolCalls/0")]);
  });
});

it.each([
  ["pending", true],
  ["generating", true],
  ["complete", false],
  ["error", false],
])("a partial tool call of a message that is %s is partial: %s", (status, isPartial) => {
  const result = map([], [call("a")], status);
  expect(result.rows).toEqual([row("a", 0, "/partialToolCalls/0", { isPartial })]);
  expect(result.entries.map(({ code }) => code)).toEqual(isPartial ? [] : ["settled_partial"]);
});

describe("a row beyond 1 MiB", () => {
  /** 400 kB of text, 1.8 MB as native values. */
  const zeros = `[${Array.from({ length: 50 }, () => `[${"0,".repeat(3999)}0]`).join()}]`;

  it("leaves first the result text", () => {
    const [stored] = map([call("a", { result: zeros })]).rows;
    expect(stored?.value).toMatchObject({ args: { q: "x" }, result: zeros, resultEncoding: "text" });
  });

  it("then the arguments", () => {
    const result = map([call("a", { arguments: zeros, result: "[1]" })]);
    expect(result.rows[0]?.value).toMatchObject({ args: zeros, argsEncoding: "text", result: "[1]" });
    const detail = "the row would pass 1 MiB";
    expect(result.entries).toEqual([
      { code: "text_not_representable", kind: "noted", path: "/toolCalls/0/arguments", detail },
      { code: "text_not_representable", kind: "noted", path: "/toolCalls/0/result", detail },
    ]);
  });

  it("else is rejected, and leaves its position and its id to others", () => {
    const large = call("a", { name: "x".repeat(1_048_500), timestamp: 99 });
    const result = map([large, call("a")]);
    expect(result.rows).toEqual([row("a", 0, "/toolCalls/1")]);
    expect(result.entries).toEqual([
      { code: "row_too_large", kind: "rejected", path: "/toolCalls/0", value: large, element: "toolCall" },
    ]);
  });
});

it("more than 500 are kept whole, list by list", () => {
  const calls = Array.from({ length: 300 }, (_, n) => call(String(n)));
  const partials = Array.from({ length: 201 }, (_, n) => call(`p${n}`));
  const { beyondBound, ...result } = map(calls, partials);
  expect(result).toEqual({
    rows: [],
    mentions: [],
    entries: [
      { code: "part_too_large", kind: "kept", path: "/toolCalls", value: calls },
      { code: "part_too_large", kind: "kept", path: "/partialToolCalls", value: partials },
    ],
    tally: { toolCall: tally({ source: 300, kept: 300 }), partialToolCall: tally({ source: 201, kept: 201 }) },
  });
  expect(beyondBound?.rows.map(({ value }) => value.position)).toEqual(Array.from({ length: 501 }, (_, n) => n));
});

it("both lists come back from rows in any order, JSON as compact text", () => {
  const calls = [call("b", { arguments: '{ "q" : 1.0 }', result: "no JSON", textPosition: 0 }), call("a")];
  const world = messageWorld({ toolCalls: calls, partialToolCalls: [call("c")], status: "pending" });
  const stored = store(toolCalls, world.messages?.[0] ?? doc(""), mapIn(world, toolCalls, "messages:m"));
  const reversed = { ...stored, rows: { toolCalls: [...(stored.rows.toolCalls ?? [])].reverse() } };
  expect(toolCalls.rebuild(reversed)).toEqual({
    toolCalls: [call("b", { arguments: '{"q":1}', result: "no JSON", textPosition: 0 }), call("a")],
    partialToolCalls: [call("c")],
  });
  expect(toolCalls.rebuild({ ...stored, rows: {}, kept: { toolCalls: ["x"] } })).toEqual({ toolCalls: ["x"] });
});
