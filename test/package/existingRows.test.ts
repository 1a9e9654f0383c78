/** A snapshot whose new tables already hold rows, because dual-write was on: they keep their ids, and only what is missing is packaged. */
import type { Value } from "convex/values";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineWorld, type World, type WorldTable } from "../../fixtures/world.js";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { decodeId, encodeId } from "../../pipeline/convexFormat/ids.js";
import { canonicalEncoding } from "../../transforms/canonicalEncoding.js";
import { runWorld, type WorldRun } from "../transform/runWorld.js";

type Row = Record<string, Value | undefined>;

/** The documents alone, before any new table held a row. */
const before = defineWorld("before", (world) => {
  world.add("users", "ann", { preferences: { theme: "dark", sendOnEnter: true } });
  const c1 = world.add("conversations", "c1", { projectId: world.id("projects", "p1"), messageCount: 2 });
  world.add("projects", "p1", { conversationIds: [c1] });
  const call = (id: string) => ({ id, name: "search", arguments: '{"b":0.00001,"a":[1e21,"é"]}', timestamp: 5 });
  world.add("messages", "m1", {
    toolCalls: [call("equal"), call("different"), call("missing")],
    sources: [{ id: "1", title: "A", url: "https://a.example/" }],
    model: "openai:gpt-4o",
  });
  world.add("messages", "m2", { sources: [{ id: "1", title: "A", url: "https://a.example" }] });
  world.add("bookmarks", "b1", { tags: ["tea", "tea/green"] });
  world.add("bookmarks", "b2", { tags: ["Tea", "work"] });
  world.add("feedback", "f1", { tags: ["ui"] });
});

interface ExistingRow {
  readonly name: string;
  readonly state: "equal" | "different" | "unmatched";
  readonly line: string;
}

let first: WorldRun;
let run: WorldRun;
let rows: readonly ExistingRow[];

/** A row as the first run made it, changed, under an id of its own. */
function existing(table: string, name: string, state: ExistingRow["state"], where: Row, change: Row = {}): ExistingRow {
  const found = (first.packaged.get(table) ?? [])
    .map((line) => decodeValue(line) as Row)
    .find((row) => Object.entries(where).every(([field, value]) => row[field] === value));
  if (found === undefined) throw new Error(`no such row of ${table}`);
  const _id = idOf(table, name);
  // Rows that the application wrote later than the documents they come from.
  const changed = { ...found, _creationTime: Number(found._creationTime) + 1e6, ...change, _id };
  const kept = Object.entries<Value | undefined>(changed).filter(
    (entry): entry is [string, Value] => entry[1] !== undefined,
  );
  return { name: `${table}:${name}`, state, line: canonicalEncoding(Object.fromEntries(kept)) };
}

/** An id that no natural key gives. */
function idOf(table: string, name: string): string {
  const row = decodeValue(first.packaged.get(table)?.[0] ?? "") as Row;
  return encodeId(
    decodeId(String(row._id))?.tableNumber ?? 0,
    new Uint8Array(Buffer.from(name.padEnd(16, "_").slice(0, 16))),
  );
}

/** The documents again, with these rows beside them. */
function after(existingRows: readonly ExistingRow[]): World {
  const tables = [...first.packaged].map(([name, lines]): WorldTable => {
    const number = decodeId(String((decodeValue(lines[0] ?? '{"_id":""}') as Row)._id))?.tableNumber;
    const own = existingRows.filter((row) => row.name.startsWith(`${name}:`)).map(({ line }) => line);
    return { name, number: number ?? 0, lines: own.sort(), generatedSchema: '"uniform"\n' };
  });
  const named = existingRows.map(({ name, line }): [string, string] => [String((decodeValue(line) as Row)._id), name]);
  return {
    ...before,
    name: "after",
    tables: [...before.tables, ...tables.filter(({ number }) => number > 0)],
    names: new Map([...before.names, ...named]),
  };
}

beforeAll(async () => {
  first = await runWorld(before);
  const tea = idOf("tags", "tea");
  const page = idOf("sourceMetadata", "page");
  const spelled = existing("toolCalls", "spelled", "equal", { toolCallId: "equal" });
  rows = [
    existing(
      "tags",
      "tea",
      "equal",
      { slug: "tea" },
      { displayName: "Tea!", color: "#abc", description: "drinks", createdAt: 1, updatedAt: 2 },
    ),
    existing("tags", "ui", "different", { slug: "ui" }, { usageCount: 7 }),
    existing("bookmarkTags", "b1", "equal", { label: "tea" }, { tagId: tea, createdAt: 5 }),
    existing("sourceMetadata", "page", "equal", {}, { siteName: "A site" }),
    existing("sources", "m1", "equal", { messageId: before.id("messages", "m1") }, { sourceMetadataId: page }),
    // The same value, spelled as a backend in another language does.
    {
      ...spelled,
      line: spelled.line.replace("0.00001", "1e-5").replace("é", "\\u00e9").replace("1e21", "1000000000000000000000.0"),
    },
    existing("toolCalls", "different", "different", { toolCallId: "different" }, { toolName: "lookUp" }),
    existing("toolCalls", "unmatched", "unmatched", { toolCallId: "missing" }, { toolCallId: "deleted since" }),
    existing("userPreferences", "theme", "equal", { key: "theme" }, { createdAt: 3, updatedAt: 4 }),
    existing("userPreferences", "themeAgain", "unmatched", { key: "theme" }, { _creationTime: 1.8e12 }),
    // As old as the first, and of a greater id.
    existing("userPreferences", "themes", "unmatched", { key: "theme" }),
    // Deployments without schema validation hold such rows.
    existing("tags", "green", "different", { slug: "tea/green" }, { parentId: tea, displayName: 7 }),
    existing("projectConversations", "extra", "different", {}, { note: "a field the schema does not have" }),
  ];
  run = await runWorld(after(rows));
});
afterAll(async () => {
  await first.close();
  await run.close();
});

describe("rows that the new tables already hold", () => {
  test("are compared by natural key: equal, different or unmatched", async () => {
    const states = await run.database.rows<{ id: string; state: string }>("SELECT _id AS id, state FROM meta.existing");
    expect(Object.fromEntries(states.map(({ id, state }) => [run.named(id), state]))).toEqual(
      Object.fromEntries(rows.map(({ name, state }) => [name, state])),
    );
  });

  test("keep their ids, creation times, birth columns and the application's own", async () => {
    const [tea] = await run.database.rows("SELECT * FROM normal.tags WHERE slug = 'tea'");
    expect(tea).toMatchObject({
      _id: idOf("tags", "tea"),
      displayName: "Tea!",
      color: "#abc",
      description: "drinks",
      createdAt: 1,
      updatedAt: 2,
    });
    const [theme] = await run.database.rows(
      "SELECT _id, createdAt, updatedAt FROM normal.userPreferences WHERE key = 'theme'",
    );
    expect(theme).toEqual({ _id: idOf("userPreferences", "theme"), createdAt: 3, updatedAt: 4 });
    expect(await run.database.value("SELECT siteName FROM normal.sourceMetadata")).toBe("A site");
  });

  test("are not packaged; what is missing is, and refers to them", () => {
    const packaged = Object.fromEntries(
      [...run.packaged].map(([table, lines]) => [table, lines.map((line) => decodeValue(line) as Row)]),
    );
    const shown = (table: string, field: string) => packaged[table]?.map((row) => run.named(String(row[field]))).sort();
    expect(shown("toolCalls", "toolCallId")).toEqual(["missing"]);
    expect(shown("userPreferences", "key")).toEqual(["sendOnEnter"]);
    expect(shown("tags", "slug")).toEqual(["work"]);
    expect(shown("bookmarkTags", "label")).toEqual(["Tea", "tea/green", "work"]);
    expect(shown("bookmarkTags", "tagId")).toEqual([expect.stringMatching(/^#/), "tags:green", "tags:tea"]);
    expect(shown("feedbackTagJunctions", "tagId")).toEqual(["tags:ui"]);
    expect(shown("sourceMetadata", "url")).toEqual([]);
    expect(shown("sources", "messageId")).toEqual(["messages:m2"]);
    expect(shown("sources", "sourceMetadataId")).toEqual(["sourceMetadata:page"]);
    expect(shown("projectConversations", "_id")).toEqual([]);
  });

  test("change neither the ledger nor the patches nor what is accounted for", async () => {
    expect(run.ledger).toEqual(first.ledger);
    expect(run.patches).toEqual(first.patches);
    const accounting = "SELECT * FROM meta.accounting ORDER BY ALL";
    expect(await run.database.rows(accounting)).toEqual(await first.database.rows(accounting));
  });

  test("break no check", async () => {
    expect(await run.database.rows("SELECT name, sample FROM meta.checks WHERE status = 'failed'")).toEqual([]);
  });
});

test("a row that is packaged once and imported is equal the next time: nothing is left to package", async () => {
  const imported = [...first.packaged].flatMap(([table, lines]) =>
    lines.map((line, index): ExistingRow => ({ name: `${table}:${index}`, state: "equal", line })),
  );
  const again = await runWorld(after(imported));
  try {
    expect([...again.packaged.values()].flat()).toEqual([]);
    const states = await again.database.rows("SELECT state, count(*) AS rows FROM meta.existing GROUP BY state");
    expect(states).toEqual([{ state: "equal", rows: String(imported.length) }]);
    expect(again.bytes.ledger).toEqual(first.bytes.ledger);
  } finally {
    await again.close();
  }
});
