import { v } from "convex/values";
import { expect, test } from "vitest";
import { describeTable } from "../../convex/schema/describeTable.js";
import { deriveModel } from "../../pipeline/model/deriveModel.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { rootTableOf } from "../../pipeline/sample/references.js";

const derive = (tables: Readonly<Record<string, Parameters<typeof describeTable>[0]["fields"]>>) =>
  deriveModel({
    existing: Object.fromEntries(Object.entries(tables).map(([name, fields]) => [name, describeTable({ fields })])),
    normalized: {},
    state: {},
  });

test("a sample begins with the table to which documents of most others belong by a required field", () => {
  expect(rootTableOf(loadModel())).toBe("users");
  const model = derive({
    comments: { postId: v.id("posts"), accountId: v.id("accounts") },
    accounts: { name: v.string() },
    posts: { accountId: v.id("accounts"), next: v.id("posts") },
    pictures: { accountId: v.id("accounts") },
    links: { postId: v.optional(v.id("posts")) },
    folders: { folderId: v.id("folders") },
  });
  expect(rootTableOf(model)).toBe("accounts");
});

test("a model without such a table is refused", () => {
  expect(() => rootTableOf(derive({ lonely: { name: v.string() } }))).toThrow(/No table of the model belongs/);
});
