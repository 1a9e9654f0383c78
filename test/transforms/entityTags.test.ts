import { describe, expect, test } from "vitest";
import { bookmarkTags } from "../../transforms/bookmarkTags.js";
import { feedbackTags } from "../../transforms/feedbackTags.js";
import type { Transform, Value } from "../../transforms/index.js";
import { noteTags } from "../../transforms/noteTags.js";
import { snippetTags } from "../../transforms/snippetTags.js";
import { doc, mapIn, store } from "./world.js";

const bookmark = (tags: Value, userId = "users:ann") => doc("bookmarks:b", { userId, createdAt: 900, tags });
const map = (tags: Value, userId?: string) =>
  mapIn({ users: [doc("users:ann")], bookmarks: [bookmark(tags, userId)] }, bookmarkTags, "bookmarks:b");

describe("bookmark/tags", () => {
  test("one link a tag, labelled as spelled, at its first index", () => {
    expect(map(["", " Work"]).rows).toEqual([
      {
        table: "bookmarkTags",
        value: { bookmarkId: "bookmarks:b", userId: "users:ann", label: " Work", position: 1, createdAt: 900 },
        refs: [{ column: "tagId", table: "tags", key: ["user", "users:ann", "work"] }],
        element: "bookmarkTag",
        path: "/tags/1",
      },
    ]);
  });

  test("mentions the tag and its ancestors, parents first", () => {
    expect(map([" Work/ To do "]).mentions).toEqual([
      {
        table: "tags",
        key: ["user", "users:ann", "work"],
        value: {
          scope: "user",
          userId: "users:ann",
          slug: "work",
          depth: 0,
          spelling: "Work",
          own: false,
          origin: "array",
          usedAt: 900,
        },
      },
      {
        table: "tags",
        key: ["user", "users:ann", "work/to do"],
        value: {
          scope: "user",
          userId: "users:ann",
          slug: "work/to do",
          parentSlug: "work",
          depth: 1,
          spelling: "Work/ To do",
          own: true,
          origin: "array",
          usedAt: 900,
        },
      },
    ]);
  });

  test("a further element of the same tag is merged, with its value where it is spelled otherwise, and counts as a spelling", () => {
    const { rows, entries, mentions, tally } = map(["Work", "work", "Work"]);
    expect(rows.map(({ value }) => value.label)).toEqual(["Work"]);
    expect(entries).toEqual([
      { code: "duplicate_tag", kind: "merged", path: "/tags/1", value: "work", element: "bookmarkTag" },
      { code: "duplicate_tag", kind: "merged", path: "/tags/2", element: "bookmarkTag" },
    ]);
    expect(mentions.map(({ value }) => value.spelling)).toEqual(["Work", "work", "Work"]);
    expect(tally).toEqual({ bookmarkTag: { source: 3, rows: 1, merged: 2, rejected: 0, kept: 0, undecided: 0 } });
  });

  test.each([
    ["empty_tag", " / "],
    ["tag_too_long", "a/".repeat(17)],
    ["invalid_bookmark_tag", null],
    ["invalid_bookmark_tag", { name: "work" }],
  ])("%s: rejected with its value, mentioning nothing", (code, value: Value) => {
    const { rows, mentions, entries } = map([value]);
    expect([rows, mentions]).toEqual([[], []]);
    expect(entries).toEqual([{ code, kind: "rejected", path: "/tags/0", value, element: "bookmarkTag" }]);
  });

  test("a field of the wrong type is one element", () => {
    expect(map("work").entries).toMatchObject([{ code: "invalid_bookmark_tag", path: "/tags", value: "work" }]);
  });

  test("without an owner every element is rejected", () => {
    const codes = map(["a", ""], "users:gone").entries.map(({ code }) => code);
    expect(codes).toEqual(["owner_missing", "owner_missing"]);
  });

  test("more than 500 links and tags: the field is kept whole", () => {
    const tags = Array.from({ length: 251 }, (_, index) => `t${index}`);
    const { rows, mentions, entries } = map(tags);
    expect([rows, mentions]).toEqual([[], []]);
    expect(entries).toEqual([{ code: "part_too_large", kind: "kept", path: "/tags", value: tags }]);
    expect(bookmarkTags.rebuild(store(bookmarkTags, bookmark(tags), map(tags)))).toEqual({ tags });
  });

  test("rows give the labels back; a renamed tag gives its displayName", () => {
    const stored = store(bookmarkTags, bookmark([" Work", "b"]), map([" Work", "b"]));
    expect(bookmarkTags.rebuild(stored)).toEqual({ tags: [" Work", "b"] });
    const renamed = doc("tags:user,users:ann,b", { slug: "job", displayName: "Job" });
    const tags = new Map([...(stored.entities.tags ?? []), [renamed._id, renamed]]);
    expect(bookmarkTags.rebuild({ ...stored, entities: { tags } })).toEqual({ tags: [" Work", "Job"] });
  });
});

describe("the other tagged documents", () => {
  test.each<[Transform, string, string, readonly (string | null)[]]>([
    [snippetTags, "snippetTags", "snippetId", ["user", "users:ann", "a"]],
    [noteTags, "noteTags", "noteId", ["user", "users:ann", "a"]],
    [feedbackTags, "feedbackTagJunctions", "feedbackId", ["global", null, "a"]],
  ])("$part", (transform, table, column, key) => {
    const id = `${transform.table}:x`;
    const world = {
      users: [doc("users:ann")],
      [transform.table]: [doc(id, { userId: "users:ann", createdAt: 1, tags: ["A"] })],
    };
    const { rows, mentions } = mapIn(world, transform, id);
    expect(rows).toMatchObject([
      {
        table,
        value: { [column]: id, userId: "users:ann", label: "A" },
        refs: [{ column: "tagId", table: "tags", key }],
      },
    ]);
    expect(mentions.map((mention) => mention.key)).toEqual([key]);
  });
});
