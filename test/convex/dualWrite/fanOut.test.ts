/** Changes and absences of looked-up documents. */
import type { GenericId } from "convex/values";
import { expect, test } from "vitest";
import { routesBack } from "../../../convex/dualWrite/routesBack.js";
import { phases } from "../../../convex/phases.js";
import { all, put } from "../deployment.js";
import { aCall, aConversation, aMessage, aUser } from "../documents.js";
import { expectInStep } from "./inStep.js";
import { world } from "./world.js";
import { wrapped } from "./wrapped.js";

test("every lookup of every transform has an index that leads back", () => {
  const routes = Object.fromEntries(
    ["users", "conversations", "projects", "messages", "memories"].map((table) => [
      table,
      phases.flatMap((phase) =>
        routesBack(phase, table).map((route) => `${phase} ${route.table}.${route.index} → ${route.dependent}`),
      ),
    ]),
  );
  expect(routes).toMatchInlineSnapshot(`
    {
      "conversations": [
        "phase-1 messages.by_conversation → _id",
        "phase-2 messages.by_conversation → _id",
        "phase-7 memoryMetadata.by_conversation → memoryId",
      ],
      "memories": [
        "phase-7 memoryMetadata.by_superseded → memoryId",
      ],
      "messages": [
        "phase-7 memoryMetadata.by_message → memoryId",
        "phase-7 memorySources.by_message → memoryId",
      ],
      "projects": [
        "phase-3 conversations.by_projectId → _id",
      ],
      "users": [
        "phase-1 messages.by_user → _id",
        "phase-1 conversations.by_user → _id",
        "phase-2 messages.by_user → _id",
        "phase-2 conversations.by_user → _id",
        "phase-3 projects.by_user → _id",
        "phase-5 bookmarks.by_user → _id",
        "phase-5 snippets.by_user → _id",
        "phase-5 notes.by_user → _id",
        "phase-5 feedback.by_user → _id",
      ],
    }
  `);
});

test("a conversation that changes hands hands over the rows of its messages", async () => {
  const { deployment, conversation } = await world();
  const heir = await put(deployment, "users", aUser({ clerkId: "d" }));
  const message = aMessage(conversation, { toolCalls: [aCall("a")] });
  await wrapped(deployment, (db) => db.insert("messages", message));
  await wrapped(deployment, (db) => db.patch(conversation, { userId: heir }));
  expect(await all(deployment, "toolCalls")).toMatchObject([{ userId: heir }]);
  await expectInStep(deployment);
});

test("a user who goes leaves no rows, by whichever way they were the user's", async () => {
  const { deployment, user, conversation, project } = await world();
  await wrapped(deployment, async (db) => {
    const message = aMessage(conversation, { toolCalls: [aCall("a")] });
    const messageId = await db.insert("messages", message);
    await db.insert("messages", { ...message, userId: user });
    const bookmark = { userId: user, messageId, conversationId: conversation, createdAt: 1, tags: ["a"] };
    await db.insert("bookmarks", bookmark);
    await db.patch(conversation, { projectId: project });
    await db.patch(user, { preferences: { theme: "dark", defaultModel: "m", sendOnEnter: true } });
  });
  expect(await all(deployment, "userPreferences")).toHaveLength(3);
  await wrapped(deployment, (db) => db.delete(user));
  for (const table of ["toolCalls", "bookmarkTags", "projectConversations", "userPreferences"] as const) {
    expect(await all(deployment, table)).toEqual([]);
  }
  await expectInStep(deployment);
});

test("of a project's array only those whose first index changed are synced, and many are left to one job", async () => {
  const { deployment, user, project } = await world();
  const ids: GenericId<"conversations">[] = [];
  for (let at = 0; at < 60; at++) {
    ids.push(await put(deployment, "conversations", aConversation(user, { projectId: project })));
  }
  await wrapped(deployment, (db) => db.patch(project, { conversationIds: ids.slice(0, 3) }));
  expect(await all(deployment, "projectConversations")).toMatchObject([
    { position: 0 },
    { position: 1 },
    { position: 2 },
  ]);
  const [first, second, third] = ids;
  await wrapped(deployment, (db) => db.patch(project, { conversationIds: [first, third, second] as typeof ids }));
  expect((await all(deployment, "projectConversations")).map(({ position }) => position)).toEqual([0, 2, 1]);
  await wrapped(deployment, (db) => db.patch(project, { conversationIds: [...ids].reverse() }));
  expect(await all(deployment, "unnestJobs")).toMatchObject([
    { kind: "fanOut", table: "projects", documentId: project },
  ]);
});

test("optional tables are kept in step where the application names them, and not where it does not", async () => {
  const { deployment, user, conversation } = await world();
  const messageId = await put(deployment, "messages", aMessage(conversation));
  const memory = {
    userId: user,
    content: "m",
    embedding: [],
    conversationId: conversation,
    sourceMessageId: messageId,
    sourceMessageIds: [messageId],
    metadata: { category: "c" },
    createdAt: 1,
    updatedAt: 1,
  };
  await wrapped(deployment, (db) => db.insert("memories", memory));
  expect(await all(deployment, "memoryMetadata")).toEqual([]);
  await wrapped(deployment, (db) => db.insert("memories", memory), ["memories"]);
  expect(await all(deployment, "memoryMetadata")).toMatchObject([{ messageId }]);
  await wrapped(deployment, (db) => db.delete(messageId), ["memories"]);
  expect((await all(deployment, "memoryMetadata"))[0]).not.toHaveProperty("messageId");
  expect(await all(deployment, "memorySources")).toEqual([]);
  await wrapped(deployment, (db) => db.delete(conversation), ["memories"]);
  expect(await all(deployment, "memoryMetadata")).toHaveLength(1);
  expect((await all(deployment, "memoryMetadata"))[0]).not.toHaveProperty("conversationId");
});
