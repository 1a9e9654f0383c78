import { expect, test } from "vitest";
import { dictionary } from "../../pipeline/model/dictionary.js";
import { loadModel } from "../../pipeline/model/loadModel.js";

const tables = new Map(dictionary(loadModel()).map((table) => [table.name, table]));
const column = (table: string, name: string) => tables.get(table)?.columns.find((one) => one.name === name);

test("every new table is filled by some rule, and none of the application's", () => {
  for (const { name, role, filledBy } of tables.values()) expect(filledBy.length > 0, name).toBe(role === "normalized");
});

test("a table of many documents' rows names its set rule beside the parts that mention it", () => {
  expect(tables.get("sourceMetadata")?.filledBy).toMatchObject([
    { kind: "row rule", name: "message/sources", of: "messages" },
    { kind: "set rule", name: "sourceMetadata" },
  ]);
  expect(tables.get("conversationTokenUsage")?.filledBy).toMatchObject([{ kind: "set rule" }]);
});

test("a column tells its type, key, reference and owner", () => {
  expect(column("toolCalls", "messageId")).toMatchObject({
    ...{ sqlType: "VARCHAR", convexType: "→ messages", required: true, references: "messages", isKey: true },
  });
  expect(column("tags", "scope")).toMatchObject({ values: ["user", "global"], isKey: true });
  expect(column("tags", "color")).toMatchObject({ required: false, isApplicationOwned: true, isBirth: false });
  expect(column("attachments", "createdAt")).toMatchObject({ isBirth: true });
});

test("a moved field tells who moves it", () => {
  expect(column("messages", "partialToolCalls")?.movedBy).toEqual({ phase: "phase-1", part: "message/toolCalls" });
  expect(column("messages", "content")?.movedBy).toBeNull();
});

test("a table tells who points at it, from inside objects and arrays too", () => {
  expect(tables.get("tags")?.referencedBy).toEqual([
    ...["tags.parentId", "bookmarkTags.tagId", "snippetTags.tagId", "noteTags.tagId", "feedbackTagJunctions.tagId"],
  ]);
  expect(tables.get("memories")?.referencedBy).toEqual(
    expect.arrayContaining(["conversations.cachedMemoryIds[*]", "memories.metadata.supersededBy"]),
  );
});
