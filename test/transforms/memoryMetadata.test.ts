import { describe, expect, test } from "vitest";
import type { Fields } from "../../transforms/index.js";
import { memoryMetadata } from "../../transforms/memoryMetadata.js";
import { doc, mapIn } from "./world.js";

function map(fields: Fields) {
  const memory = doc("memories:m", { createdAt: 7, ...fields });
  const conversations = [doc("conversations:c"), doc("conversations:d")];
  const world = { memories: [memory, doc("memories:n")], conversations, messages: [doc("messages:x")] };
  return mapIn(world, memoryMetadata, "memories:m");
}

describe("memory/metadata", () => {
  test("one row with the metadata's fields and the memory's references", () => {
    const metadata = {
      category: "work",
      importance: 3,
      sourceConversationId: "conversations:d",
      supersededBy: "memories:n",
    };
    expect(map({ metadata, conversationId: "conversations:c", sourceMessageId: "messages:x" }).rows).toEqual([
      {
        table: "memoryMetadata",
        value: {
          memoryId: "memories:m",
          category: "work",
          importance: 3,
          conversationId: "conversations:d",
          messageId: "messages:x",
          supersededBy: "memories:n",
          createdAt: 7,
        },
        refs: [],
        element: "memoryMetadata",
        path: "/metadata",
      },
    ]);
  });

  test("without a source conversation the memory's own counts", () => {
    const { rows } = map({ metadata: { category: "work" }, conversationId: "conversations:c" });
    expect(rows[0]?.value.conversationId).toBe("conversations:c");
  });

  test("dangling references are left out and kept", () => {
    const metadata = { category: "work", sourceConversationId: "conversations:gone", supersededBy: "memories:gone" };
    const { rows, entries } = map({ metadata, conversationId: "conversations:c", sourceMessageId: "messages:gone" });
    expect(rows[0]?.value).toEqual({ memoryId: "memories:m", category: "work", createdAt: 7 });
    expect(entries).toEqual([
      { code: "reference_missing", kind: "kept", path: "/metadata/sourceConversationId", value: "conversations:gone" },
      { code: "reference_missing", kind: "kept", path: "/sourceMessageId", value: "messages:gone" },
      { code: "reference_missing", kind: "kept", path: "/metadata/supersededBy", value: "memories:gone" },
    ]);
  });

  test("what the row does not need and cannot hold is kept", () => {
    const { rows, entries } = map({ metadata: { category: "work", importance: "high", mood: "good" } });
    expect(rows).toHaveLength(1);
    expect(entries).toEqual([
      {
        code: "unknown_field",
        kind: "kept",
        path: "/metadata/importance",
        value: "high",
        detail: "not of type number",
      },
      { code: "unknown_field", kind: "kept", path: "/metadata/mood", value: "good" },
    ]);
  });

  test.each([[{}], [{ category: 4 }], ["work"], [null]])("metadata %j gives no row", (metadata) => {
    const { rows, entries } = map({ metadata });
    expect(rows).toEqual([]);
    expect(entries).toMatchObject([
      { code: "invalid_memory_metadata", kind: "rejected", path: "/metadata", value: metadata },
    ]);
  });

  test("a memory without its time gives no row, and says that it lacks it", () => {
    const { rows, entries } = map({ metadata: { category: "work" }, createdAt: "yesterday" });
    expect(rows).toEqual([]);
    expect(entries).toMatchObject([{ code: "invalid_memory_metadata", kind: "rejected", detail: "createdAt" }]);
  });
});
