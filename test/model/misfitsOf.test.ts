import type { Value } from "convex/values";
import { describe, expect, it } from "vitest";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { misfitsOf, movedMisfits } from "../../pipeline/model/misfitsOf.js";

const model = loadModel();
const idTable = (text: string): string | null => text.split(":")[0] ?? null;
const project: Record<string, Value> = {
  _id: "projects:1",
  _creationTime: 1,
  userId: "users:1",
  name: "a",
  conversationIds: [],
  createdAt: 1,
  updatedAt: 1,
};
const misfits = (change: Record<string, Value | undefined>) =>
  misfitsOf({ ...project, ...change }, model.table("projects"), idTable);

describe("misfitsOf", () => {
  it("finds nothing in a document that fits", () => {
    expect(misfits({})).toEqual([]);
  });

  it("names every field that does not fit, with its place", () => {
    expect(misfits({ name: undefined, createdAt: 1n, description: null })).toEqual([
      { path: "/name", reason: expect.stringContaining("missing the required field `name`") },
      { path: "/description", reason: "Value does not match validator. Path: .description" },
      { path: "/createdAt", reason: "Value does not match validator. Path: .createdAt" },
    ]);
  });

  it.each([
    ["a moved field that is missing though once required", { conversationIds: undefined }],
    ["a moved field of another type", { conversationIds: { not: "an array" } }],
    ["a field the model does not list", { favourite: [1n] }],
  ])("says nothing about %s", (_what, change) => {
    expect(misfits(change)).toEqual([]);
  });

  it.each<[string, Record<string, Value | undefined>, RegExp]>([
    ["a missing field", { name: undefined }, /^Object is missing the required field `name`/],
    [
      "null where a field may only be absent",
      { description: null },
      /^Value does not match validator\. Path: \.description$/,
    ],
    ["an Int64 where a number belongs", { createdAt: 1n }, /^Value does not match validator\. Path: \.createdAt$/],
    ["an id of another table", { userId: "projects:1" }, /^Found ID "projects:1" from table `projects`/],
  ])("gives the reason for %s", (_what, change, expected) => {
    expect(misfits(change).map(({ reason }) => reason)).toEqual([expect.stringMatching(expected)]);
  });
});

it("movedMisfits says where inside a moved field a value does not fit", () => {
  const moved = (conversationIds: Value) =>
    movedMisfits({ ...project, conversationIds, name: 1 }, model.table("projects"), idTable);
  expect(moved(["conversations:1"])).toEqual([]);
  expect(moved(["conversations:1", 7])).toEqual([
    { path: "/conversationIds/1", reason: "Value does not match validator. Path: .conversationIds[1]" },
  ]);
});
