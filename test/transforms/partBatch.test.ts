import { convexToJson, jsonToConvex, type Value } from "convex/values";
import { describe, expect, test } from "vitest";
import { attachments } from "../../transforms/attachments.js";
import { bookmarkTags } from "../../transforms/bookmarkTags.js";
import type { Transform } from "../../transforms/defineTransform.js";
import { fingerprint } from "../../transforms/fingerprint.js";
import { encodeEntity, encodePart } from "../../transforms/partBatch.js";
import { encodePatch } from "../../transforms/patchBatch.js";
import { preferences } from "../../transforms/preferences.js";
import { tagKey } from "../../transforms/tagMention.js";
import { toolCalls } from "../../transforms/toolCalls.js";
import { doc, environment, inputIn, type World } from "./world.js";

const world: World = {
  users: [
    doc("users:ann", {
      createdAt: 1,
      updatedAt: 1,
      preferences: { theme: "dark", odd: [{ "a b": 1n }, -0, Number.NaN] },
    }),
  ],
  conversations: [doc("conversations:c", { userId: "users:ann" })],
  messages: [
    doc("messages:m", {
      conversationId: "conversations:c",
      createdAt: 3,
      toolCalls: [{ id: "x", name: "n", arguments: '{"é":1}', result: deepJson(15), timestamp: 1 }],
    }),
  ],
  bookmarks: [doc("bookmarks:b", { userId: "users:ann", createdAt: 4, tags: ["Work/Deep"] })],
};

/** As deep as a value in a document may be. */
function deepJson(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}

function encoded(transform: Transform, id: string) {
  const input = inputIn(world, transform, id, environment);
  return encodePart(transform, input, transform.map(input));
}

describe("encodePart", () => {
  test("names the part, its fingerprint and its rows, references as natural keys", () => {
    const input = inputIn(world, bookmarkTags, "bookmarks:b", environment);
    expect(encoded(bookmarkTags, "bookmarks:b")).toEqual({
      table: "bookmarks",
      documentId: "bookmarks:b",
      part: "bookmark/tags",
      fingerprint: fingerprint(bookmarkTags, input),
      rows: [
        {
          table: "bookmarkTags",
          value: { bookmarkId: "bookmarks:b", userId: "users:ann", label: "Work/Deep", position: 0, createdAt: 4 },
          refs: [{ column: "tagId", table: "tags", key: ["user", "users:ann", "work/deep"] }],
        },
      ],
    });
  });

  test("a part without elements has no rows", () => {
    expect(encoded(attachments, "messages:m").rows).toEqual([]);
  });

  test.each([
    { transform: toolCalls, id: "messages:m" },
    { transform: preferences, id: "users:ann" },
  ])("$id travels as arguments do, whatever its rows hold", ({ transform, id }) => {
    const part = encoded(transform, id);
    expect(part.rows.length).toBeGreaterThan(0);
    const travelled = JSON.parse(JSON.stringify(convexToJson(part as unknown as Value)));
    expect(jsonToConvex(travelled)).toEqual(part);
  });
});

test("an entity travels without its ids: system fields go, references are natural keys", () => {
  const parent = { column: "parentId", table: "tags", key: tagKey({ scope: "global", userId: null }, "work") };
  const row = doc("tags:d", { scope: "global", slug: "work/deep", parentId: "tags:w", color: undefined });
  expect(encodeEntity("tags", row, [parent])).toEqual({
    table: "tags",
    value: { scope: "global", slug: "work/deep" },
    refs: [parent],
  });
});

test("a patch names the fields that have to be absent", () => {
  expect(
    encodePatch("conversations", "c", { expect: { messageCount: undefined, title: "T" }, set: { messageCount: 3 } }),
  ).toEqual({
    table: "conversations",
    _id: "c",
    expect: { title: "T" },
    absent: ["messageCount"],
    set: { messageCount: 3 },
    unset: [],
  });
});
