import type { Value } from "convex/values";
import { describe, expect, it } from "vitest";
import { sources } from "../../transforms/sources.js";
import { urlHash } from "../../transforms/urlHash.js";
import { mapMessage, messageWorld, tally } from "./messageWorld.js";
import { doc, mapIn, store } from "./world.js";

const url = (name: string): string => `https://${name}.example/`;
const hash = (name: string): string => urlHash(url(name)).urlHash;
const source = (id: string, name: string, fields: Record<string, Value> = {}) => ({ id, url: url(name), ...fields });
const map = (fields: Record<string, Value>) => mapMessage(sources, fields);

describe("source metadata", () => {
  const entry = (sourceId: string, fields: Record<string, Value> = {}) => ({ sourceId, domain: "d", ...fields });
  const entries = (fields: Record<string, Value>) => map(fields).mentions.filter(({ value }) => value.role === "entry");

  it("is handed on with all that decides between entries", () => {
    const full = { ogTitle: "T", ogDescription: "D", ogImage: "I", favicon: "F", fetchedAt: 3, error: "" };
    const fields = { sources: [source("1", "a")], sourceMetadata: [entry("1", full), entry("1")] };
    expect(entries(fields).map(({ value }) => value)).toEqual([
      {
        role: "entry",
        urlHash: hash("a"),
        entryPath: "/sourceMetadata/0",
        sourceId: "1",
        hasError: true,
        error: "",
        fetchedAt: 3,
        canonical:
          '{"domain":"d","error":"","favicon":"F","fetchedAt":3.0,"ogDescription":"D","ogImage":"I","ogTitle":"T"}',
        title: "T",
        description: "D",
        ogImage: "I",
        favicon: "F",
        domain: "d",
      },
      {
        role: "entry",
        urlHash: hash("a"),
        entryPath: "/sourceMetadata/1",
        sourceId: "1",
        hasError: false,
        canonical: '{"domain":"d"}',
        domain: "d",
      },
    ]);
    expect(map(fields).tally.sourceMetadataEntry).toEqual(tally({ source: 2, undecided: 2 }));
  });

  it("belongs to the first source that has a row and that id, sources before partial ones", () => {
    const fields = {
      sources: [{ id: "1" }, source("x", "b"), source("x", "c")],
      partialSources: [source("x", "d"), source("1", "e"), source("2", "b")],
      sourceMetadata: [entry("1"), entry("x"), entry("2"), entry("3")],
    };
    expect(entries(fields).map(({ key }) => key)).toEqual([[hash("e")], [hash("b")]]);
    expect(map(fields).entries.filter(({ element }) => element === "sourceMetadataEntry")).toEqual(
      ["2", "3"].map((id) => ({
        code: "orphan_source_metadata",
        kind: "rejected",
        path: `/sourceMetadata/${id}`,
        value: entry(id),
        element: "sourceMetadataEntry",
      })),
    );
  });

  it("is invalid without what its row requires; an orphan is called one all the same", () => {
    const bad: Value[] = [{ sourceId: "1" }, { domain: "d" }, { sourceId: 1, domain: "d" }, null, { sourceId: "9" }];
    const result = map({ sources: [source("1", "a")], sourceMetadata: bad });
    expect(result.entries.map(({ code, detail }) => [code, detail])).toEqual([
      ["invalid_source_metadata", "field domain"],
      ["invalid_source_metadata", "field sourceId"],
      ["invalid_source_metadata", "field sourceId"],
      ["invalid_source_metadata", undefined],
      ["orphan_source_metadata", undefined],
    ]);
    expect(result.tally.sourceMetadataEntry).toEqual(tally({ source: 5, rejected: 5 }));
  });

  it("keeps fields without a column, of which a wrong type makes one", () => {
    const fields = {
      sources: [source("1", "a")],
      sourceMetadata: [entry("1", { error: null, fetchedAt: 5n, lang: "en" })],
    };
    expect(entries(fields).map(({ value }) => [value.hasError, value.error, value.fetchedAt])).toEqual([
      [false, undefined, undefined],
    ]);
    expect(map(fields).entries.map(({ code, path, value }) => [code, path, value])).toEqual([
      ["unknown_field", "/sourceMetadata/0/error", null],
      ["unknown_field", "/sourceMetadata/0/fetchedAt", 5n],
      ["unknown_field", "/sourceMetadata/0/lang", "en"],
    ]);
  });
});

describe("rebuilding", () => {
  const fields = { sources: [source("2", "b", { title: "T" })], partialSources: [source("7", "a")], status: "pending" };
  const world = messageWorld(fields);
  const stored = store(sources, world.messages?.[0] ?? doc(""), mapIn(world, sources, "messages:m"));
  const withMetadata = (name: string, columns: Record<string, Value>) => {
    const id = `sourceMetadata:${hash(name)}`;
    return sources.rebuild({ ...stored, entities: { sourceMetadata: new Map([[id, doc(id, columns)]]) } });
  };

  it("gives both lists back by position", () => {
    expect(withMetadata("a", { enriched: false, domain: "a.example" })).toEqual({
      sources: fields.sources,
      partialSources: fields.partialSources,
    });
  });

  it("gives an entry to each source whose url was looked up, also in vain", () => {
    const columns = {
      enriched: true,
      title: "T",
      description: "D",
      ogImage: "I",
      favicon: "F",
      domain: "d",
      enrichedAt: 3,
    };
    expect(withMetadata("a", columns).sourceMetadata).toEqual([
      { sourceId: "7", ogTitle: "T", ogDescription: "D", ogImage: "I", favicon: "F", domain: "d", fetchedAt: 3 },
    ]);
    expect(withMetadata("b", { enriched: false, enrichmentError: "", domain: "d" }).sourceMetadata).toEqual([
      { sourceId: "2", domain: "d", error: "" },
    ]);
  });
});
