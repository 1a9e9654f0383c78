import type { Value } from "convex/values";
import { describe, expect, it } from "vitest";
import { faultOf } from "../../pipeline/model/faultOf.js";
import { loadModel } from "../../pipeline/model/loadModel.js";

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
const fault = (change: Record<string, Value | undefined>): string | null =>
  faultOf({ ...project, ...change }, model.table("projects"), idTable);

describe("faultOf", () => {
  it("finds no fault in a document that fits", () => {
    expect(fault({})).toBeNull();
  });

  it.each([
    ["a moved field that is missing though once required", { conversationIds: undefined }],
    ["a moved field of another type", { conversationIds: { not: "an array" } }],
    ["a field the model does not list", { favourite: [1n] }],
  ])("says nothing about %s", (_what, change) => {
    expect(fault(change)).toBeNull();
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
    expect(fault(change)).toMatch(expected);
  });
});
