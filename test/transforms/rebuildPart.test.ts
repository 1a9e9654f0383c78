import { describe, expect, test } from "vitest";
import { attachments } from "../../transforms/attachments.js";
import { bookmarkTags } from "../../transforms/bookmarkTags.js";
import { conversationIds } from "../../transforms/conversationIds.js";
import type { Fields, SourceDocument, StoredPart, Transform, Value } from "../../transforms/index.js";
import { type Original, originalEntry } from "../../transforms/original.js";
import { preferences } from "../../transforms/preferences.js";
import { rebuildPart } from "../../transforms/rebuildPart.js";
import { toolCalls } from "../../transforms/toolCalls.js";
import { doc, mapIn, store, type World } from "./world.js";

const users = [doc("users:ann")];
const conversations = [doc("conversations:c", { userId: "users:ann" })];

/** The part after mapping, with the `original` of each of these fields. */
function migrated(transform: Transform, world: World, document: SourceDocument, fields = transform.moves) {
  const stored = store(
    transform,
    document,
    mapIn({ ...world, [transform.table]: [document] }, transform, document._id),
  );
  const originals = Object.fromEntries(
    fields.map((field): [string, Original] => {
      const { value = null, detail } = originalEntry(transform, document, field, stored);
      return [field, { value, detail }];
    }),
  );
  return { stored, originals };
}

/** The part with its rows of one table edited; `edit` gives null for a row that is deleted. */
function edited(stored: StoredPart, table: string, edit: (row: SourceDocument) => SourceDocument | null): StoredPart {
  const rows = (stored.rows[table] ?? []).map(edit).filter((row) => row !== null);
  return { ...stored, rows: { ...stored.rows, [table]: rows } };
}

function added(stored: StoredPart, table: string, row: SourceDocument): StoredPart {
  return { ...stored, rows: { ...stored.rows, [table]: [...(stored.rows[table] ?? []), row] } };
}

describe("tags with an original", () => {
  const bookmark = (tags: Value) => doc("bookmarks:b", { userId: "users:ann", createdAt: 1, tags });
  const { stored, originals } = migrated(bookmarkTags, { users }, bookmark(["Work", "", "work", "home"]));

  test("the entry holds the field and which element gave which row", () => {
    expect(originals.tags).toEqual({
      value: ["Work", "", "work", "home"],
      detail: '{"elements":["0",null,null,"3"],"others":[]}',
    });
  });

  test("untouched rows give the field back as it was", () => {
    expect(rebuildPart(bookmarkTags, stored, originals)).toEqual({ tags: ["Work", "", "work", "home"] });
  });

  test("a deleted link drops its element, an edited one brings its value, a new one stands at the end", () => {
    const gone = edited(stored, "bookmarkTags", (row) => (row.label === "home" ? null : { ...row, label: "WORK" }));
    const more = added(gone, "bookmarkTags", doc("bookmarkTags:new", { position: 4, label: "new" }));
    expect(rebuildPart(bookmarkTags, more, originals)).toEqual({ tags: ["WORK", "", "work", "new"] });
  });

  test("a document whose owner was missing keeps every element", () => {
    const orphan = migrated(bookmarkTags, { users: [] }, bookmark(["Work", "home"]));
    expect(orphan.originals.tags).toEqual({ value: ["Work", "home"], detail: undefined });
    expect(rebuildPart(bookmarkTags, orphan.stored, orphan.originals)).toEqual({ tags: ["Work", "home"] });
  });

  test("a field of the wrong type stays until rows take its place", () => {
    const wrong = migrated(bookmarkTags, { users }, bookmark("Work"));
    expect(rebuildPart(bookmarkTags, wrong.stored, wrong.originals)).toEqual({ tags: "Work" });
    const more = added(wrong.stored, "bookmarkTags", doc("bookmarkTags:new", { position: 0, label: "new" }));
    expect(rebuildPart(bookmarkTags, more, wrong.originals)).toEqual({ tags: ["new"] });
  });
});

describe("a part kept whole", () => {
  test("comes back from the ledger, and rows of later stand behind it", () => {
    const tags = Array.from({ length: 300 }, (_, index) => `t${index}`);
    const bookmark = doc("bookmarks:b", { userId: "users:ann", createdAt: 1, tags });
    const { stored } = migrated(bookmarkTags, { users }, bookmark);
    expect(rebuildPart(bookmarkTags, stored, {})).toEqual({ tags });
    const more = added(stored, "bookmarkTags", doc("bookmarkTags:new", { position: 300, label: "new" }));
    expect(rebuildPart(bookmarkTags, more, {})).toEqual({ tags: [...tags, "new"] });
  });
});

describe("attachments with an original", () => {
  const file = (name: string, more: Fields = {}) => ({
    type: "file",
    name,
    storageId: "_storage:1",
    mimeType: "text/plain",
    size: 1,
    ...more,
  });
  const message = doc("messages:m", {
    conversationId: "conversations:c",
    userId: "users:ann",
    createdAt: 1,
    attachments: [file("a", { unknown: 1, metadata: { width: "wide", height: 2 } }), { broken: true }, file("b")],
  });
  const { stored, originals } = migrated(attachments, { users, conversations }, message);

  test("an edit changes what was edited; unknown fields and elements without a row survive", () => {
    const renamed = edited(stored, "attachments", (row) => (row.name === "a" ? { ...row, name: "A" } : row));
    expect(rebuildPart(attachments, renamed, originals)).toEqual({
      attachments: [file("A", { unknown: 1, metadata: { width: "wide", height: 2 } }), { broken: true }, file("b")],
    });
  });

  test("a field that the row lost is lost", () => {
    const bare = edited(stored, "attachments", ({ metadata: _, ...row }) => row as SourceDocument);
    const rebuilt = rebuildPart(attachments, bare, originals).attachments;
    expect(rebuilt).toEqual([file("a", { unknown: 1 }), { broken: true }, file("b")]);
  });
});

describe("tool calls with an original", () => {
  const call = (id: string, more: Fields = {}) => ({ id, name: "search", arguments: "{}", timestamp: 1, ...more });
  const message = (fields: Fields) =>
    doc("messages:m", { conversationId: "conversations:c", userId: "users:ann", createdAt: 1, ...fields });

  test("a settled partial call stays in its list and does not appear in the other", () => {
    const document = message({ status: "complete", partialToolCalls: [call("x")] });
    const { stored, originals } = migrated(toolCalls, { users, conversations }, document);
    expect(originals.toolCalls).toEqual({ value: [], detail: '{"elements":[],"others":["x"]}' });
    expect(rebuildPart(toolCalls, stored, originals)).toEqual({ toolCalls: [], partialToolCalls: [call("x")] });
  });

  test("a partial call that is completed later moves to the other list", () => {
    const document = message({
      status: "generating",
      toolCalls: [call("a"), call("a")],
      partialToolCalls: [call("x")],
    });
    const { stored, originals } = migrated(toolCalls, { users, conversations }, document);
    expect(rebuildPart(toolCalls, stored, originals)).toEqual({
      toolCalls: [call("a"), call("a")],
      partialToolCalls: [call("x")],
    });
    const completed = edited(stored, "toolCalls", (row) => ({ ...row, isPartial: false }));
    expect(rebuildPart(toolCalls, completed, originals)).toEqual({
      toolCalls: [call("a"), call("a"), call("x")],
      partialToolCalls: [],
    });
  });

  test("an original of one list leaves the other to its rows", () => {
    const document = message({ status: "generating", toolCalls: [call("x")], partialToolCalls: [call("x")] });
    const { stored, originals } = migrated(toolCalls, { users, conversations }, document, ["partialToolCalls"]);
    const grown = added(stored, "toolCalls", {
      ...doc("toolCalls:new", { toolCallId: "y", toolName: "search", args: {}, argsEncoding: "json", timestamp: 1 }),
      position: 1,
      isPartial: false,
    });
    expect(rebuildPart(toolCalls, grown, originals)).toEqual({
      toolCalls: [call("x"), call("y")],
      partialToolCalls: [call("x")],
    });
  });
});

describe("preferences with an original", () => {
  const before = {
    theme: null,
    fontSize: "large",
    customInstructions: { nickname: "A", aboutUser: null },
    reasoning: {},
  };
  const user = doc("users:ann", { preferences: before, createdAt: 1, updatedAt: 1 });
  const { stored, originals } = migrated(preferences, {}, user);

  test("untouched rows give the field back as it was", () => {
    expect(rebuildPart(preferences, stored, originals)).toEqual({ preferences: before });
  });

  test("edited, deleted and new settings", () => {
    const changed = edited(stored, "userPreferences", (row) =>
      row.key === "fontSize" ? null : { ...row, value: "Ann" },
    );
    const more = added(
      changed,
      "userPreferences",
      doc("userPreferences:new", { key: "reasoning.autoExpand", value: true }),
    );
    expect(rebuildPart(preferences, more, originals)).toEqual({
      preferences: {
        theme: null,
        customInstructions: { nickname: "Ann", aboutUser: null },
        reasoning: { autoExpand: true },
      },
    });
  });
});

describe("conversationIds with an original", () => {
  const project = doc("projects:p", { userId: "users:ann", conversationIds: ["stale", "b", "a", "b"] });
  const links = [
    doc("projectConversations:a", { conversationId: "a", position: 2 }),
    doc("projectConversations:b", { conversationId: "b", position: 1 }),
    doc("projectConversations:late", { conversationId: "late", position: 1700 }),
  ];
  const { conversationIds: _, ...rest } = project;
  const stored: StoredPart = {
    document: rest as SourceDocument,
    rows: { projectConversations: links },
    entities: {},
    kept: {},
  };
  const { value = null, detail } = originalEntry(conversationIds, project, "conversationIds", stored);
  const originals = { conversationIds: { value, detail } };

  test("a link that was missing from the array stays out of it", () => {
    expect(originals.conversationIds.detail).toBe('{"elements":[null,"b","a",null],"others":["late"]}');
    expect(rebuildPart(conversationIds, stored, originals)).toEqual({ conversationIds: ["stale", "b", "a", "b"] });
  });

  test("a conversation that left the project goes, one that came stands at the end", () => {
    const moved = edited(stored, "projectConversations", (row) => (row.conversationId === "a" ? null : row));
    const more = added(
      moved,
      "projectConversations",
      doc("projectConversations:new", { conversationId: "new", position: 1800 }),
    );
    expect(rebuildPart(conversationIds, more, originals)).toEqual({ conversationIds: ["stale", "b", "b", "new"] });
  });
});

test("a detail that cannot be read counts as none", () => {
  const stored: StoredPart = { document: doc("bookmarks:b"), rows: {}, entities: {}, kept: {} };
  const rebuilt = rebuildPart(bookmarkTags, stored, { tags: { value: ["a"], detail: "no JSON" } });
  expect(rebuilt).toEqual({ tags: ["a"] });
});
