import { describe, expect, it } from "vitest";
import { bookmarkTags } from "../../transforms/bookmarkTags.js";
import type { Fields, Transform } from "../../transforms/defineTransform.js";
import { keepsAll } from "../../transforms/keepsAll.js";
import { preferences } from "../../transforms/preferences.js";
import { sources } from "../../transforms/sources.js";
import { toolCalls } from "../../transforms/toolCalls.js";

const keeps = (transform: Transform, before: Fields, after: Fields): boolean =>
  keepsAll(transform, { _id: "d", _creationTime: 1, ...before }, { _id: "d", _creationTime: 1, ...after });

const call = (id: string, more = {}) => ({ id, name: "n", arguments: '{"a":1}', timestamp: 1, ...more });

describe("keepsAll", () => {
  it("finds the elements of an array at any place, each as often as it was there", () => {
    const tags = (before: readonly string[], after: readonly string[]) =>
      keeps(bookmarkTags, { tags: [...before] }, { tags: [...after] });
    expect(tags(["work", "home"], ["extra", "home", "work"])).toBe(true);
    expect(tags([], ["extra"])).toBe(true);
    expect(tags(["work", "home"], ["extra"])).toBe(false);
    expect(tags(["work"], [])).toBe(false);
    expect(tags(["work", "work"], ["work", "home"])).toBe(false);
    expect(tags(["work"], ["Work"])).toBe(false);
    expect(keeps(bookmarkTags, { tags: ["work"] }, { tags: "work" })).toBe(false);
  });

  it("finds an element with more fields, in any of the part's arrays; JSON text as parsed JSON", () => {
    const partial = { partialToolCalls: [call("t1")] };
    expect(keeps(toolCalls, partial, { toolCalls: [call("t0"), call("t1", { result: "[]" })] })).toBe(true);
    expect(keeps(toolCalls, partial, { toolCalls: [call("t1", { arguments: '{ "a": 1.0 }' })] })).toBe(true);
    expect(keeps(toolCalls, partial, { toolCalls: [call("t2")] })).toBe(false);
    expect(keeps(toolCalls, partial, { toolCalls: [call("t1", { arguments: '{"a":2}' })] })).toBe(false);
    expect(keeps(toolCalls, { toolCalls: [call("t1", { result: "1" })] }, { toolCalls: [call("t1")] })).toBe(false);
    const twice = { toolCalls: [call("t1"), call("t1")] };
    expect(keeps(toolCalls, twice, { toolCalls: [call("t1"), call("t1", { result: "1" })] })).toBe(true);
    expect(keeps(toolCalls, twice, { toolCalls: [call("t1", { result: "1" })] })).toBe(false);
  });

  it("tells a source from what is known of its url", () => {
    const cited = { sources: [{ id: "1", title: "T", url: "https://a.example/" }] };
    const known = { sourceMetadata: [{ sourceId: "1", domain: "a.example" }] };
    expect(keeps(sources, { ...cited, ...known }, { ...known, partialSources: cited.sources })).toBe(true);
    expect(keeps(sources, { ...cited, ...known }, cited)).toBe(false);
  });

  it("finds what an object holds under its own keys alone", () => {
    const set = (before: Fields, after: Fields) =>
      keeps(preferences, { preferences: before as never }, { preferences: after as never });
    const instructions = { customInstructions: { nickname: "N", enabled: true } };
    expect(set({ theme: "dark" }, { theme: "dark", codeTheme: "dark" })).toBe(true);
    expect(set({ theme: "dark" }, { codeTheme: "dark" })).toBe(false);
    expect(set({ theme: "dark" }, { theme: "light" })).toBe(false);
    expect(set(instructions, { theme: "dark", ...instructions })).toBe(true);
    expect(set(instructions, { customInstructions: { nickname: "N" } })).toBe(false);
  });

  it("says no where it would have to compare too many", () => {
    const many = (text: string) => ({
      toolCalls: Array.from({ length: 600 }, (_, at) => call(`${at}`, { result: text })),
    });
    expect(keeps(toolCalls, many("[1]"), many("[1]"))).toBe(true);
    expect(keeps(toolCalls, many("[1]"), many("[1.0]"))).toBe(false);
  });
});
