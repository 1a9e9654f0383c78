import type { Value } from "convex/values";
import { describe, expect, it } from "vitest";
import { sources } from "../../transforms/sources.js";
import { urlHash } from "../../transforms/urlHash.js";
import { mapMessage, owned, tally } from "./messageWorld.js";

const url = (name: string): string => `https://${name}.example/`;
const hash = (name: string): string => urlHash(url(name)).urlHash;
const source = (id: string, name: string, fields: Record<string, Value> = {}) => ({ id, url: url(name), ...fields });
const map = (fields: Record<string, Value>) => mapMessage(sources, fields);
const row = (name: string, position: number, path: string, columns = {}) => ({
  table: "sources",
  value: { ...owned, provider: "generic", urlHash: hash(name), position, isPartial: false, url: url(name), ...columns },
  refs: [{ column: "sourceMetadataId", table: "sourceMetadata", key: [hash(name)] }],
  element: path.startsWith("/partial") ? "partialSource" : "source",
  path,
});
const citation = (name: string) => ({
  table: "sourceMetadata",
  key: [hash(name)],
  value: { role: "citation", urlHash: hash(name), url: url(name), hostname: `${name}.example`, citedAt: 500 },
});
const replaced = (path: string, position: number, value?: Value) => ({
  code: "source_id_replaced",
  kind: "kept",
  path,
  detail: `position ${position}`,
  ...(value === undefined ? {} : { value }),
});

describe("sources", () => {
  it("become rows at the position their id says, and mention their url", () => {
    const texts = { title: "T", snippet: "S", publishedDate: "2024" };
    expect(map({ sources: [source("2", "b", texts), source("1", "a")] })).toEqual({
      rows: [row("a", 1, "/sources/1"), row("b", 2, "/sources/0", texts)],
      mentions: [citation("a"), citation("b")],
      entries: [],
      tally: { source: tally({ source: 2, rows: 2 }) },
    });
  });

  it("keep the url as cited beside the hash of the normalized one", () => {
    const cited = "HTTPS://A.example";
    expect(map({ sources: [{ id: "1", url: cited }] })).toMatchObject({
      rows: [{ value: { url: cited, urlHash: hash("a") } }],
      mentions: [citation("a")],
    });
  });

  it("without a usable id follow the greatest position, in order", () => {
    const ids = ["x", "3", "3", "0", "01", "+1", "1234567890", "-1", "1.0", " 1"];
    const result = map({ sources: ids.map((id) => source(id, "a")) });
    expect(result.rows.map(({ value, path }) => [value.position, path])).toEqual([
      [3, "/sources/1"],
      [4, "/sources/0"],
      ...ids.slice(2).map((_, index) => [index + 5, `/sources/${index + 2}`]),
    ]);
    expect(result.entries[0]).toEqual(replaced("/sources/0/id", 4, "x"));
    expect(result.entries).toHaveLength(9);
  });

  it("without any id, or one of another type, get one too", () => {
    const result = map({ sources: [{ url: url("a") }, { url: url("b"), id: 1 }] });
    expect(result.rows).toEqual([row("a", 1, "/sources/0"), row("b", 2, "/sources/1")]);
    expect(result.entries).toEqual([replaced("/sources/0/id", 1), replaced("/sources/1/id", 2, 1)]);
  });

  it("need nothing but a url", () => {
    const elements: Value[] = [{ id: "1" }, { id: "1", url: "" }, { id: "1", url: null }, { id: "1", url: 5n }, "x"];
    const result = map({ sources: [...elements, source("1", "a")] });
    expect(result.rows).toEqual([row("a", 1, "/sources/5")]);
    expect(result.entries).toEqual([
      { code: "source_without_url", kind: "rejected", path: "/sources/0", value: elements[0], element: "source" },
      { code: "source_without_url", kind: "rejected", path: "/sources/1", value: elements[1], element: "source" },
      {
        code: "invalid_source",
        kind: "rejected",
        path: "/sources/2",
        value: elements[2],
        element: "source",
        detail: "field url",
      },
      {
        code: "invalid_source",
        kind: "rejected",
        path: "/sources/3",
        value: elements[3],
        element: "source",
        detail: "field url",
      },
      { code: "invalid_source", kind: "rejected", path: "/sources/4", value: "x", element: "source" },
    ]);
    expect(result.tally).toEqual({ source: tally({ source: 6, rows: 1, rejected: 5 }) });
  });

  it("keep what has no column", () => {
    const result = map({ sources: [source("1", "a", { title: null, rank: 3 })] });
    expect(result.rows).toEqual([row("a", 1, "/sources/0")]);
    expect(result.entries).toEqual([
      { code: "unknown_field", kind: "kept", path: "/sources/0/title", value: null, detail: "not of type string" },
      { code: "unknown_field", kind: "kept", path: "/sources/0/rank", value: 3 },
    ]);
  });

  it.each([null, "x", {}])("in a field of the wrong type are one invalid element: %o", (value) => {
    expect(map({ sources: value, sourceMetadata: value }).entries).toEqual([
      { code: "invalid_source", kind: "rejected", path: "/sources", value, element: "source" },
      {
        code: "invalid_source_metadata",
        kind: "rejected",
        path: "/sourceMetadata",
        value,
        element: "sourceMetadataEntry",
      },
    ]);
  });

  it("beyond 1 MiB are rejected", () => {
    const large = source("1", "a", { snippet: "x".repeat(1_048_500) });
    expect(map({ sources: [large] }).entries).toEqual([
      { code: "row_too_large", kind: "rejected", path: "/sources/0", value: large, element: "source" },
    ]);
  });

  it("are kept whole when rows and their urls are more than 500", () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => source(String(n + 1), `a${n}`));
    expect(map({ sources: many(250) }).rows).toHaveLength(250);
    const metadata = [{ sourceId: "1", domain: "d" }];
    const result = map({ sources: many(251), sourceMetadata: metadata });
    expect(result.mentions).toEqual([]);
    expect(result.entries.map(({ code, path }) => [code, path])).toEqual([
      ["part_too_large", "/sources"],
      ["part_too_large", "/sourceMetadata"],
    ]);
    expect(result.tally).toEqual({
      source: tally({ source: 251, kept: 251 }),
      sourceMetadataEntry: tally({ source: 1, kept: 1 }),
    });
  });
});

describe("the provider", () => {
  it.each([
    ["openrouter:x/y", {}, "openrouter"],
    ["perplexity/sonar", { openrouter: {} }, "perplexity"],
    ["openai:gpt", { perplexity: null, openrouter: {} }, "openrouter"],
    ["openai:openrouter", { perplexity: 1 }, "perplexity"],
    ["perplexity", null, "generic"],
    [undefined, ["openrouter"], "generic"],
    [5, { other: 1 }, "generic"],
  ])("of model %s with %o is %s", (model, providerMetadata, provider) => {
    const result = mapMessage(sources, { sources: [source("1", "a")], model, providerMetadata });
    expect(result.rows[0]?.value.provider).toBe(provider);
  });
});

describe("partial sources", () => {
  it("come after, unless the message cites the url already", () => {
    const partials = [source("1", "a"), source("2", "b"), source("9", "b"), source("x", "c"), source("2", "d")];
    const result = map({ sources: [source("1", "a"), source("y", "e")], partialSources: partials, status: "pending" });
    expect(result.rows).toEqual([
      row("a", 1, "/sources/0"),
      row("e", 2, "/sources/1"),
      row("b", 3, "/partialSources/1", { isPartial: true }),
      row("c", 4, "/partialSources/3", { isPartial: true }),
      row("d", 5, "/partialSources/4", { isPartial: true }),
    ]);
    expect(result.entries.filter(({ kind }) => kind === "merged")).toEqual([
      { code: "partial_source_superseded", kind: "merged", path: "/partialSources/0", element: "partialSource" },
      {
        code: "partial_source_superseded",
        kind: "merged",
        path: "/partialSources/2",
        element: "partialSource",
        value: source("9", "b"),
      },
    ]);
    expect(result.tally.partialSource).toEqual(tally({ source: 5, rows: 3, merged: 2 }));
  });

  it("of a finished message have settled", () => {
    const result = map({ partialSources: [source("1", "a")] });
    expect(result.rows).toEqual([row("a", 1, "/partialSources/0")]);
    expect(result.entries).toEqual([{ code: "settled_partial", kind: "noted", path: "/partialSources/0" }]);
  });
});
