/** Rows that the application's own later code wrote, without the columns that exist for the order and for the way back alone. */
import type { GenericId } from "convex/values";
import { expect, test } from "vitest";
import { addAttachment, removeAttachment } from "../../../convex/helpers/attachments.js";
import { setTags } from "../../../convex/helpers/tags/setTags.js";
import type { Phase } from "../../../convex/phases.js";
import { getMessageAttachments } from "../../../convex/read/getMessageAttachments.js";
import { getMessageToolCalls } from "../../../convex/read/getMessageToolCalls.js";
import { getProjectConversations } from "../../../convex/read/getProjectConversations.js";
import { getTags } from "../../../convex/read/getTags.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { conversed } from "../conversed.js";
import { all, type Deployment, put, setStep } from "../deployment.js";
import { aCall, aConversation, aMessage, aTag } from "../documents.js";
import { wrapped } from "../dualWrite/wrapped.js";
import { act, partValue } from "../helpers/act.js";
import { readAll } from "./readAll.js";
import { sync } from "./world.js";

async function completed(...phases: Phase[]) {
  const world = await conversed();
  for (const phase of phases) await setStep(world.deployment, phase, "complete");
  const message = await put(world.deployment, "messages", aMessage(world.conversation));
  return { ...world, message };
}

/** What every row of a message has. */
function columnsOf({ user, conversation, message }: Awaited<ReturnType<typeof completed>>) {
  return { messageId: message, conversationId: conversation, userId: user, createdAt: 9 };
}

async function storedFile(deployment: Deployment): Promise<GenericId<"_storage">> {
  return await deployment.run(async (ctx) => await ctx.storage.store(new Blob(["a"])));
}

test("attachments without a position come last, the oldest first, page by page, and a helper's edit places all of them", async () => {
  const world = await completed("phase-1");
  const { deployment, message } = world;
  const storageId = await storedFile(deployment);
  const common = { ...columnsOf(world), type: "file" as const, storageId, mimeType: "text/plain", size: 1 };
  for (const name of ["later", "latest"]) {
    await wrapped(deployment, async (db) => await db.insert("attachments", { ...common, name }));
  }
  await put(deployment, "attachments", { ...common, name: "migrated", position: 4 });
  const read = async (numItems: number) => {
    const { items } = await readAll(numItems, (paginationOpts) =>
      deployment.query((ctx) => getMessageAttachments(ctx, { messageId: message, paginationOpts })),
    );
    return items.map(({ name, position }) => [name, position]);
  };
  const expected = [
    ["migrated", 4],
    ["later", 5],
    ["latest", 6],
  ];
  expect(await read(1)).toEqual(expected);
  expect(await read(50)).toEqual(expected);

  await act(deployment, (ctx) => removeAttachment(ctx, message, 5));
  await act(deployment, (ctx) =>
    addAttachment(ctx, message, { type: "file", name: "added", storageId, mimeType: "text/plain", size: 1 }),
  );
  expect(await read(50)).toEqual([
    ["migrated", 0],
    ["latest", 1],
    ["added", 2],
  ]);
  const rows = await all(deployment, "attachments");
  expect(rows.map(({ position }) => position).sort()).toEqual([0, 1, 2]);
});

test("tool calls without encodings hold native values", async () => {
  const world = await completed("phase-1");
  const { deployment, message } = world;
  const row = { ...columnsOf(world), toolCallId: "a", toolName: "search", isPartial: false, timestamp: 5 };
  await wrapped(deployment, async (db) => await db.insert("toolCalls", { ...row, args: { q: 1 }, result: [2] }));
  const { page } = await deployment.query((ctx) => getMessageToolCalls(ctx, { messageId: message }));
  expect(page).toMatchObject([
    { toolCallId: "a", position: 0, args: { q: 1 }, argsEncoding: "json", result: [2], resultEncoding: "json" },
  ]);
  expect(await partValue(deployment, toolCalls, message, "complete")).toMatchObject({
    toolCalls: [{ id: "a", arguments: '{"q":1}', result: "[2]" }],
  });
});

test("rows written past the wrapper before cleanup's way back are rebuilt behind the others", async () => {
  const world = await completed();
  const { deployment, message } = world;
  await deployment.run(({ db }) => db.patch(message, { toolCalls: [aCall("first"), aCall("second")] }));
  await setStep(deployment, "phase-1", "dual-write");
  await sync(deployment, toolCalls, message);
  await setStep(deployment, "phase-1", "cleaned");
  await deployment.run(({ db }) => db.patch(message, { toolCalls: undefined }));
  const row = { ...columnsOf(world), toolName: "search", isPartial: false, timestamp: 5, args: {} };
  await put(deployment, "toolCalls", { ...row, toolCallId: "later" });
  const value = await partValue(deployment, toolCalls, message, "cleaned");
  expect(value.toolCalls).toMatchObject([{ id: "first" }, { id: "second" }, { id: "later" }]);
});

test("a link without label and position shows its tag's name, last; setting tags places it", async () => {
  const { deployment, user, conversation, message } = await completed("phase-5");
  const bookmark = await put(deployment, "bookmarks", {
    ...{ userId: user, messageId: message, conversationId: conversation, createdAt: 4 },
  });
  const tag = async (slug: string, displayName: string) =>
    await put(deployment, "tags", aTag(user, slug, { displayName }));
  const [work, home] = [await tag("work", "Work"), await tag("home", "Home")];
  const link = { bookmarkId: bookmark, userId: user, createdAt: 9 };
  await wrapped(deployment, async (db) => await db.insert("bookmarkTags", { ...link, tagId: work }));
  await put(deployment, "bookmarkTags", { ...link, tagId: home, label: "home", position: 0 });
  const labels = async () => {
    const { page } = await deployment.query((ctx) => getTags(ctx, { table: "bookmarks", documentId: bookmark }));
    return page.map(({ label, position }) => [label, position]);
  };
  expect(await labels()).toEqual([
    ["home", 0],
    ["Work", 1],
  ]);
  await act(deployment, (ctx) => setTags(ctx, "bookmarks", bookmark, ["Work", "new"]));
  expect(await labels()).toEqual([
    ["Work", 0],
    ["new", 1],
  ]);
});

test.each([1, 2, 50])("a project's links without a position come behind the others, %i a page", async (numItems) => {
  const { deployment, user } = await completed("phase-3");
  const projectId = await put(deployment, "projects", { userId: user, name: "P", createdAt: 1, updatedAt: 1 });
  const link = async (title: string, fields: object) => {
    const conversationId = await put(deployment, "conversations", aConversation(user, { title, projectId }));
    const row = { projectId, conversationId, addedAt: 1, addedBy: user, ...fields };
    await wrapped(deployment, async (db) => await db.insert("projectConversations", row));
  };
  await link("later", {});
  await link("second", { position: 1 });
  await link("latest", {});
  await link("first", { position: 0 });
  const { items } = await readAll(numItems, (paginationOpts) =>
    deployment.query((ctx) => getProjectConversations(ctx, { projectId, paginationOpts })),
  );
  expect(items.map(({ conversation }) => conversation.title)).toEqual(["first", "second", "later", "latest"]);
  expect(items.every(({ position }) => typeof position === "number")).toBe(true);
});
