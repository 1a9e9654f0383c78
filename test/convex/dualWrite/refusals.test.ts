import { expect, test } from "vitest";
import { all, put, setStep } from "../deployment.js";
import { aMessage, aTag } from "../documents.js";
import { world } from "./world.js";
import { refusal, wrapped } from "./wrapped.js";

const link = { addedAt: 1, position: 0 };

test("rows of normalized tables are refused until complete, naming the helper", async () => {
  const { deployment, user, conversation, project } = await world("new");
  const row = { ...link, projectId: project, conversationId: conversation, addedBy: user };
  const insert = () => wrapped(deployment, (db) => db.insert("projectConversations", row));
  expect(await refusal(insert())).toEqual({
    code: "write_through_helper",
    table: "projectConversations",
    helper: "setProject",
  });
  await setStep(deployment, "phase-3", "complete");
  expect(await refusal(insert())).toBeNull();
});

test("rows are refused by either form of a write, while their phase is off as well", async () => {
  const { deployment, conversation } = await world("off");
  const usage = {
    conversationId: conversation,
    model: "m",
    totalTokens: 0,
    inputTokens: 0,
    outputTokens: 0,
    messageCount: 0,
    lastUpdatedAt: 0,
    createdAt: 0,
  };
  const id = await put(deployment, "conversationTokenUsage", usage);
  const refused = { code: "write_through_helper", table: "conversationTokenUsage", helper: null };
  expect(await refusal(wrapped(deployment, (db) => db.patch(id, { model: "n" })))).toEqual(refused);
  expect(await refusal(wrapped(deployment, (db) => db.patch("conversationTokenUsage", id, { model: "n" })))).toEqual(
    refused,
  );
  expect(await refusal(wrapped(deployment, (db) => db.replace(id, usage)))).toEqual(refused);
  expect(await refusal(wrapped(deployment, (db) => db.delete("conversationTokenUsage", id)))).toEqual(refused);
});

test("an application's own columns have a helper of their own; from complete on its rows count for their aggregates", async () => {
  const { deployment, user, conversation } = await world("complete");
  const tagId = await put(deployment, "tags", aTag(user, "a"));
  const messageId = await put(deployment, "messages", aMessage(conversation));
  const bookmarkId = await put(deployment, "bookmarks", {
    userId: user,
    messageId,
    conversationId: conversation,
    createdAt: 1,
  });
  await setStep(deployment, "phase-5", "new");
  for (const [fields, helper] of [
    [{ displayName: "A" }, "setTagAppearance"],
    [{ displayName: "A", usageCount: 2 }, "setTags"],
  ] as const) {
    const patch = wrapped(deployment, (db) => db.patch(tagId, fields));
    expect(await refusal(patch)).toEqual({ code: "write_through_helper", table: "tags", helper });
  }
  await setStep(deployment, "phase-5", "complete");
  const row = { bookmarkId, tagId, userId: user, label: "a", position: 0, createdAt: 1 };
  const usageTouches = async () =>
    (await all(deployment, "unnestTouches")).filter(({ kind }) => kind === "tags").map(({ delta }) => delta);
  const rowId = await wrapped(deployment, (db) => db.insert("bookmarkTags", row));
  expect(await usageTouches()).toEqual([{ usageCount: 1 }]);
  await wrapped(deployment, (db) => db.patch(rowId, { position: 4 }));
  await wrapped(deployment, (db) => db.delete(rowId));
  expect(await usageTouches()).toEqual([{ usageCount: 1 }, { usageCount: -1 }]);
});

test("the migration's own tables are nobody else's, whatever the step", async () => {
  const { deployment } = await world("complete");
  const insert = wrapped(deployment, (db) => db.insert("unnestOldFieldWrites", { table: "t", field: "f", at: 1 }));
  expect(await refusal(insert)).toEqual({ code: "migration_table", table: "unnestOldFieldWrites" });
});

test("an id of another table than the named one is refused by Convex itself", async () => {
  const { deployment, user, conversation } = await world();
  const patch = wrapped(deployment, (db) => db.patch("users", conversation as never, { name: "B" }));
  expect(await refusal(patch)).toBeInstanceOf(Error);
  const odd = wrapped(deployment, (db) => db.patch("no id" as never, { name: "B" }));
  expect(await refusal(odd)).toBeInstanceOf(Error);
  expect(await all(deployment, "users")).toMatchObject([{ _id: user, name: "Ann" }]);
});
