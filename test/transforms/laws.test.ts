/** What holds for every transform, whatever a document holds. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fields, PartResult, SourceDocument, StoredPart, Transform, Value } from "../../transforms/index.js";
import { ledgerCodes, originalEntry, rebuildPart, sameFieldValue, transforms } from "../../transforms/index.js";
import type { Original } from "../../transforms/original.js";
import { projectLink } from "../../transforms/projectLink.js";
import { doc, mapIn, store, type World } from "./world.js";

const junk: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value[]>(null, true, "", "text", 3n, 0.5, Number.NaN, -0, [], {}, ["nested"], { key: null }),
  fc.dictionary(fc.constantFrom("a", "__proto__", "b.c"), fc.constantFrom<Value[]>(1, null)) as fc.Arbitrary<Value>,
);

const maybe = (value: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: junk });

/** A document in which each field is usual, absent or nonsense. */
function fields(usual: Readonly<Record<string, fc.Arbitrary<Value>>>): fc.Arbitrary<Record<string, Value>> {
  const model = Object.fromEntries(Object.entries(usual).map(([name, value]) => [name, maybe(value)]));
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Record<string, Value>>;
}

const listOf = (item: fc.Arbitrary<Value>): fc.Arbitrary<Value> => fc.array(maybe(item), { maxLength: 6 });
const oneOf = (...values: Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

const users = [doc("users:ann"), doc("users:bob")];
const userId = oneOf("users:ann", "users:ann", "users:bob", "users:gone");
const time = oneOf(1, 2, 3);
const conversationId = oneOf("conversations:c", "conversations:d", "conversations:gone");

const jsonText = oneOf("{}", '{"a": 1.50}', "[1e400]", "no", '{"__proto__":1}', '"text"');
const toolCall = fields({
  id: oneOf("x", "y"),
  name: oneOf("search"),
  arguments: jsonText,
  result: jsonText,
  timestamp: time,
  extra: oneOf(1),
});
const source = fields({
  id: oneOf("1", "2", "07", "x"),
  title: oneOf("T"),
  url: oneOf("https://a.de/", "https://b.de", "b"),
  snippet: oneOf("s"),
});
const metadataEntry = fields({
  sourceId: oneOf("1", "2", "x"),
  ogTitle: oneOf("T", "U"),
  domain: oneOf("a.de"),
  fetchedAt: time,
  error: oneOf(""),
});
const attachment = fields({
  type: oneOf("file", "image", "video"),
  name: oneOf("n"),
  storageId: oneOf("_storage:1", "_storage:gone", "users:ann"),
  mimeType: oneOf("m"),
  size: oneOf(1),
  metadata: oneOf({ width: 1 }, { width: "1", more: 2 }, {}),
  extra: oneOf(1),
});
const preferences = fields({
  theme: oneOf("dark"),
  "a.b": oneOf(1),
  __proto__x: oneOf(1),
  customInstructions: fields({ nickname: oneOf("A", "x".repeat(101)), "c\\d": oneOf(null, 1) }),
  reasoning: oneOf({}, { autoExpand: true }),
});
const tags = listOf(oneOf("Work", "work ", "Work/ To do", "", "a/".repeat(17), "home"));
const tagged = fields({ userId, createdAt: time, tags });

/** Documents by table. */
const documents: Readonly<Record<string, fc.Arbitrary<Fields>>> = {
  messages: fields({
    conversationId,
    userId,
    createdAt: time,
    status: oneOf("complete", "generating"),
    model: oneOf("perplexity/sonar"),
    attachments: listOf(attachment),
    toolCalls: listOf(toolCall),
    partialToolCalls: listOf(toolCall),
    sources: listOf(source),
    partialSources: listOf(source),
    sourceMetadata: listOf(metadataEntry),
  }),
  conversations: fields({
    userId,
    createdAt: time,
    projectId: oneOf("projects:p", "projects:gone"),
    tokenUsage: oneOf({ totalTokens: 1 }),
  }),
  projects: fields({ userId, conversationIds: listOf(conversationId) }),
  users: fields({ preferences, createdAt: time, updatedAt: time }),
  bookmarks: tagged,
  snippets: tagged,
  notes: tagged,
  feedback: tagged,
  feedbackTags: fields({ name: oneOf("Work", " ", "Work/x"), color: oneOf("#111"), createdAt: time }),
  memories: fields({
    createdAt: time,
    conversationId,
    metadata: fields({
      category: oneOf("c"),
      importance: oneOf(1),
      supersededBy: oneOf("memories:gone"),
      extra: oneOf(1),
    }),
    sourceMessageIds: listOf(oneOf("messages:it", "messages:gone")),
  }),
};

/** A world around the document under test. */
function worldOf(table: string, document: SourceDocument): World {
  const around: World = {
    users,
    conversations: [
      doc("conversations:c", { userId: "users:ann", projectId: "projects:it", createdAt: 1 }),
      doc("conversations:d", { userId: "users:ann", projectId: "projects:it", createdAt: 2 }),
    ],
    projects: [doc("projects:p", { userId: "users:ann", conversationIds: ["conversations:it"] })],
    messages: [doc("messages:it")],
    _storage: [doc("_storage:1")],
  };
  return { ...around, [table]: [...(around[table] ?? []).filter(({ _id }) => _id !== document._id), document] };
}

/** The part's rows as the tables hold them, those of other parts included, in no order. */
function storedIn(world: World, transform: Transform, document: SourceDocument, result: PartResult): StoredPart {
  const stored = store(transform, document, result);
  const rows = { ...stored.rows };
  if (transform.rebuildsFrom?.projectConversations !== undefined) {
    const links = (world.conversations ?? []).flatMap(({ _id }) => mapIn(world, projectLink, _id).rows);
    rows.projectConversations = links
      .filter(({ value }) => value.projectId === document._id)
      .map(({ value }) => doc(`projectConversations:${value.conversationId}`, value));
  }
  for (const [table, all] of Object.entries(rows)) rows[table] = [...all].reverse();
  return { ...stored, rows };
}

describe.each(transforms)("$part", (transform) => {
  const document = (documents[transform.table] ?? fc.constant({})).map((given) => doc(`${transform.table}:it`, given));
  const holds = (law: (world: World, document: SourceDocument, result: PartResult) => void) => {
    fc.assert(
      fc.property(document, (given) => {
        const world = worldOf(transform.table, given);
        law(world, given, mapIn(world, transform, given._id));
      }),
      { numRuns: 300 },
    );
  };

  test("every element has exactly one fate", () => {
    holds((_, given, { rows, entries, tally }) => {
      const kinds = transform.elementsOf(given).map(({ element }) => element);
      expect(Object.keys(tally).sort()).toEqual([...new Set(kinds)].sort());
      for (const [kind, { source, rows: inRows, merged, rejected, kept, undecided }] of Object.entries(tally)) {
        expect(Object.keys(transform.elements)).toContain(kind);
        expect(source).toBe(kinds.filter((element) => element === kind).length);
        expect(source).toBe(inRows + merged + rejected + kept + undecided);
        expect(inRows).toBe(rows.filter(({ element }) => element === kind).length);
        const told = (fate: string) => entries.filter((entry) => entry.element === kind && entry.kind === fate).length;
        expect([told("rejected"), told("kept")]).toEqual([rejected, kept]);
        expect(told("merged")).toBeLessThanOrEqual(merged);
      }
    });
  });

  test("every row and entry points at what it is about, and no entry without a description", () => {
    holds((_, given, { rows, entries }) => {
      const paths = transform.elementsOf(given).map(({ path }) => path);
      for (const { path } of rows) expect(paths).toContain(path);
      expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length);
      for (const { code, kind, path, element, value } of entries) {
        expect(ledgerCodes[code]).toBeDefined();
        expect(ledgerCodes[code]?.kinds).toContain(kind);
        expect(ledgerCodes[code]?.phases).toContain(transform.phase);
        if (element !== undefined) expect(paths).toContain(path);
        // A source without an id has none to keep.
        if (kind === "rejected" || (kind === "kept" && code !== "source_id_replaced")) expect(value).toBeDefined();
        if (kind === "noted") expect(value).toBeUndefined();
      }
    });
  });

  test("the same input gives the same result, and is left alone", () => {
    holds((world, given, result) => {
      const copy = structuredClone(given);
      expect(mapIn(world, transform, given._id)).toEqual(result);
      expect(given).toEqual(copy);
    });
  });

  test("rows and originals give the moved fields back", () => {
    holds((world, given, result) => {
      const stored = storedIn(world, transform, given, result);
      const alone = rebuildPart(transform, stored, {});
      const originals: Record<string, Original> = {};
      for (const field of transform.moves) {
        if (sameFieldValue(field, given[field], alone[field])) continue;
        const { value = null, detail } = originalEntry(transform, given, field, stored);
        originals[field] = { value, detail };
      }
      const rebuilt = rebuildPart(transform, stored, originals);
      expect(Object.keys(rebuilt).filter((field) => !transform.moves.includes(field))).toEqual([]);
      for (const field of transform.moves) {
        const same = sameFieldValue(field, given[field], rebuilt[field]);
        expect({ field, same, rebuilt: rebuilt[field] }).toEqual({ field, same: true, rebuilt: rebuilt[field] });
      }
    });
  });
});
