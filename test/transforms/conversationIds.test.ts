import { describe, expect, test } from "vitest";
import { conversationIds } from "../../transforms/conversationIds.js";
import type { Value } from "../../transforms/index.js";
import { doc, mapIn, type World } from "./world.js";

const conversations = [
  doc("conversations:mine", { projectId: "projects:p", userId: "users:ann", createdAt: 1 }),
  doc("conversations:untimed", { projectId: "projects:p", userId: "users:ann", createdAt: 1n }),
  doc("conversations:bobs", { projectId: "projects:p", userId: "users:bob" }),
  doc("conversations:elsewhere", { projectId: "projects:q", userId: "users:ann" }),
  doc("conversations:loose", { userId: "users:ann" }),
];

function map(ids: Value, userId = "users:ann") {
  const project = doc("projects:p", { userId, conversationIds: ids });
  const world: World = { users: [doc("users:ann"), doc("users:bob")], conversations, projects: [project] };
  return mapIn(world, conversationIds, "projects:p");
}

describe("project/conversationIds", () => {
  test("an element that a link already says is merged by count, a repeated one with an entry", () => {
    expect(map(["conversations:mine", "conversations:mine"])).toEqual({
      rows: [],
      mentions: [],
      entries: [
        {
          code: "duplicate_project_link",
          kind: "merged",
          path: "/conversationIds/1",
          element: "conversationIdElement",
        },
      ],
      tally: { conversationIdElement: { source: 2, rows: 0, merged: 2, rejected: 0, kept: 0, undecided: 0 } },
    });
  });

  test.each([
    ["stale_project_link", "conversations:gone"],
    ["project_link_mismatch", "conversations:elsewhere"],
    ["project_link_mismatch", "conversations:loose"],
    ["project_link_mismatch", "conversations:bobs"],
    ["project_link_mismatch", "conversations:untimed"],
    ["invalid_conversation_id", null],
    ["invalid_conversation_id", 12n],
  ])("%s: %s is rejected with its value", (code, value) => {
    expect(map([value]).entries).toEqual([
      { code, kind: "rejected", path: "/conversationIds/0", value, element: "conversationIdElement" },
    ]);
  });

  test("no row can exist for an owner who does not: the link is a mismatch", () => {
    const gone = doc("conversations:gones", { projectId: "projects:p", userId: "users:gone" });
    const project = doc("projects:p", { userId: "users:gone", conversationIds: ["conversations:gones"] });
    const world: World = { users: [], conversations: [gone], projects: [project] };
    expect(mapIn(world, conversationIds, "projects:p").entries[0]?.code).toBe("project_link_mismatch");
  });

  test("a repeated element without a row is rejected each time: no row holds it", () => {
    const codes = map(["conversations:gone", "conversations:gone"]).entries.map(({ code }) => code);
    expect(codes).toEqual(["stale_project_link", "stale_project_link"]);
  });

  test("a field of the wrong type is one element", () => {
    expect(map("conversations:mine").entries).toEqual([
      {
        code: "invalid_conversation_id",
        kind: "rejected",
        path: "/conversationIds",
        value: "conversations:mine",
        element: "conversationIdElement",
      },
    ]);
  });

  test("comes back from the links in order of position", () => {
    const link = (name: string, position: number) =>
      doc(`projectConversations:${name}`, { conversationId: name, position });
    const rows = { projectConversations: [link("late", 1700), link("second", 1), link("first", 0)] };
    expect(conversationIds.rebuild({ document: doc("projects:p"), rows, entities: {}, kept: {} })).toEqual({
      conversationIds: ["first", "second", "late"],
    });
  });
});
