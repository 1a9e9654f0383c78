import { describe, expect, test } from "vitest";
import type { Fields } from "../../transforms/defineTransform.js";
import { projectLink } from "../../transforms/projectLink.js";
import { doc, mapIn, type World } from "./world.js";

const users = [doc("users:ann"), doc("users:bob")];
const projects = [
  doc("projects:home", { userId: "users:ann", conversationIds: ["conversations:other", "conversations:c"] }),
  doc("projects:bare", { userId: "users:ann", conversationIds: [] }),
  doc("projects:bobs", { userId: "users:bob", conversationIds: ["conversations:c"] }),
  doc("projects:orphan", { userId: "users:gone", conversationIds: [] }),
];

function link(fields: Fields) {
  const conversation = doc("conversations:c", { userId: "users:ann", createdAt: 900, ...fields });
  const world: World = { users, projects, conversations: [conversation] };
  return mapIn(world, projectLink, "conversations:c");
}

describe("conversation/projectLink", () => {
  test("a conversation whose project has the same owner is linked at its index in the project's array", () => {
    expect(link({ projectId: "projects:home" }).rows).toEqual([
      {
        table: "projectConversations",
        value: {
          projectId: "projects:home",
          conversationId: "conversations:c",
          position: 1,
          addedAt: 900,
          addedBy: "users:ann",
        },
        refs: [],
        element: "projectId",
        path: "/projectId",
      },
    ]);
  });

  test("one that the project's array lacks stands at its creation time, behind all indexes", () => {
    const { rows, entries } = link({ projectId: "projects:bare" });
    expect(rows[0]?.value.position).toBe(1000);
    expect(entries).toEqual([{ code: "missing_from_array", kind: "noted", path: "/projectId" }]);
  });

  test("a deleted project: rejected once, with the patch that removes the reference", () => {
    expect(link({ projectId: "projects:gone" })).toEqual({
      rows: [],
      mentions: [],
      entries: [
        {
          code: "project_missing",
          kind: "rejected",
          path: "/projectId",
          value: "projects:gone",
          element: "projectId",
          patch: { expect: { projectId: "projects:gone" }, unset: ["projectId"] },
        },
      ],
      tally: { projectId: { source: 1, rows: 0, merged: 0, rejected: 1, kept: 0, undecided: 0 } },
    });
  });

  test.each([
    ["cross_owner_link", { projectId: "projects:bobs" }],
    ["owner_missing", { projectId: "projects:orphan", userId: "users:gone" }],
    ["invalid_project_id", { projectId: 7 }],
    ["invalid_project_id", { projectId: null }],
  ])("%s: rejected", (code, fields: Fields) => {
    const { rows, entries } = link(fields);
    expect(rows).toEqual([]);
    expect(entries).toEqual([
      { code, kind: "rejected", path: "/projectId", value: fields.projectId, element: "projectId" },
    ]);
  });

  test("a conversation without a project is no element", () => {
    expect(link({})).toEqual({ rows: [], mentions: [], entries: [], tally: {} });
  });
});
