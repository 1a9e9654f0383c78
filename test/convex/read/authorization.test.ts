/** What a client gets of another user's is what it gets of nothing. */
import type { FunctionReference } from "convex/server";
import { expect, test } from "vitest";
import { api } from "../../../fixtures/application/api.js";
import { meaningOf } from "../../../fixtures/application/meaningOf.js";
import { all, deploy, put, setStep } from "../deployment.js";
import { aCall, aConversation, aMessage, aUser } from "../documents.js";
import { wrapped } from "../dualWrite/wrapped.js";
import { readAll } from "./readAll.js";

const paginationOpts = { numItems: 10, cursor: null };
const nothing = { page: [], isDone: true, continueCursor: "" };
const { reads } = api;

/** Ann has one of everything, and deleted one of everything; Eve is somebody else. */
async function annsWorld() {
  const deployment = deploy();
  const ann = await put(
    deployment,
    "users",
    aUser({ clerkId: "ann", preferences: { theme: "light", defaultModel: "m", sendOnEnter: false } }),
  );
  await put(deployment, "users", aUser({ clerkId: "eve" }));
  await put(deployment, "users", aUser({ clerkId: "admin", isAdmin: true }));
  const makeAll = async () => {
    const projectId = await put(deployment, "projects", { userId: ann, name: "P", createdAt: 1, updatedAt: 1 });
    const conversationId = await put(deployment, "conversations", aConversation(ann, { projectId, messageCount: 1 }));
    const content = {
      content: "a cat",
      userId: ann,
      embedding: meaningOf("cat"),
      model: "m:a",
      inputTokens: 3,
      attachments: [{ type: "file" as const, name: "f", storageId: await storage(), mimeType: "t", size: 1 }],
      toolCalls: [aCall("a")],
      sources: [{ id: "1", title: "A", url: "https://a.example/" }],
    };
    const messageId = await put(deployment, "messages", aMessage(conversationId, content));
    const saved = { userId: ann, messageId, conversationId, createdAt: 1, tags: ["secret"] };
    const documentId = await put(deployment, "bookmarks", saved);
    return { projectId, conversationId, messageId, documentId };
  };
  const storage = () => deployment.run(async ({ storage: files }) => await files.store(new Blob(["x"])));
  const gone = await makeAll();
  await deployment.run(async ({ db }) => {
    for (const id of Object.values(gone)) await db.delete(id);
  });
  const hers = await makeAll();
  const feedbackText = {
    userEmail: "e",
    userName: "n",
    page: "p",
    feedbackType: "bug" as const,
    description: "d",
    status: "new" as const,
  };
  const feedback = await put(deployment, "feedback", {
    userId: ann,
    ...feedbackText,
    tags: ["Urgent"],
    createdAt: 1,
    updatedAt: 1,
  });
  const as = (subject: string) => deployment.withIdentity({ subject });
  return { deployment, ann, hers, gone, feedback, as };
}

type World = Awaited<ReturnType<typeof annsWorld>>;

/** Every read that names a document, with what it names. */
const named = ({ projectId, conversationId, messageId, documentId }: World["hers"]) =>
  [
    ["getMessageAttachments", reads.getMessageAttachments, { messageId, paginationOpts }],
    ["getMessageToolCalls", reads.getMessageToolCalls, { messageId, paginationOpts }],
    ["getMessageSources", reads.getMessageSources, { messageId, paginationOpts }],
    ["getProjectConversations", reads.getProjectConversations, { projectId, paginationOpts }],
    ["getTokenUsageByModel", reads.getTokenUsageByModel, { conversationId, paginationOpts }],
    ["getMessageCount", reads.getMessageCount, { conversationId }],
    ["getTags", reads.getTags, { entity: { table: "bookmarks", documentId }, paginationOpts }],
  ] as unknown as readonly (readonly [string, FunctionReference<"query", "public">, object])[];

test.each(["dual-write", "new"] as const)(
  "at %s another user's documents answer like deleted ones, her own do not",
  async (step) => {
    const { deployment, hers, gone, as } = await annsWorld();
    for (const phase of ["phase-1", "phase-2", "phase-5"] as const) await setStep(deployment, phase, step);
    const ofGone = named(gone);
    for (const [at, [name, read, args]] of named(hers).entries()) {
      const forGone = await as("ann").query(read, ofGone[at]?.[2] as never);
      expect([name, await as("eve").query(read, args as never)]).toEqual([name, forGone]);
      expect([name, await as("admin").query(read, args as never)]).toEqual([name, forGone]);
      expect([name, await deployment.query(read, args as never)]).toEqual([name, forGone]);
      expect([name, await as("ann").query(read, args as never)]).not.toEqual([name, forGone]);
    }
  },
);

test("a message that names somebody else answers neither to the conversation's owner nor to them", async () => {
  const { deployment, hers, as } = await annsWorld();
  const eve = await deployment.run(async ({ db }) =>
    (await db.query("users").collect()).find(({ clerkId }) => clerkId === "eve"),
  );
  await deployment.run(({ db }) => db.patch(hers.messageId, { userId: eve?._id }));
  for (const subject of ["ann", "eve"]) {
    expect(await as(subject).query(reads.getMessageToolCalls, { messageId: hers.messageId, paginationOpts })).toEqual(
      nothing,
    );
  }
});

test("what names no document is the caller's own: bookmarks, tags, preferences", async () => {
  const { deployment, as } = await annsWorld();
  const ofCaller = async (subject: string) => [
    (await as(subject).query(reads.getBookmarks, { paginationOpts })).page.length,
    (await as(subject).query(reads.searchTags, { prefix: "s", paginationOpts })).page.length,
    await as(subject).query(reads.getPreference, { key: "theme" }),
  ];
  expect(await ofCaller("ann")).toEqual([1, 1, "light"]);
  expect(await ofCaller("eve")).toEqual([0, 0, "dark"]);
  expect(await deployment.query(reads.getBookmarks, { paginationOpts })).toEqual(nothing);
  expect(await deployment.query(reads.searchTags, { prefix: "", paginationOpts })).toEqual(nothing);
  expect(await deployment.query(reads.getPreferences, {})).toEqual({});
  expect(await deployment.query(reads.getPreference, { key: "theme" })).toBeNull();
});

test("a bookmark shows neither a message nor a conversation that is not its owner's", async () => {
  const { deployment, hers, as } = await annsWorld();
  const users = await deployment.run(({ db }) => db.query("users").collect());
  const eve = users.find(({ clerkId }) => clerkId === "eve");
  if (eve === undefined) throw new Error("no Eve");
  const { messageId, conversationId } = hers;
  await put(deployment, "bookmarks", { userId: eve._id, messageId, conversationId, createdAt: 1 });
  const { page } = await as("eve").query(reads.getBookmarks, { paginationOpts });
  expect(page).toMatchObject([{ message: null, conversation: null }]);
});

test.each(["dual-write", "new"] as const)(
  "at %s tags of feedback answer to admins alone, not even to who wrote it",
  async (step) => {
    const { deployment, feedback, as } = await annsWorld();
    await setStep(deployment, "phase-5", step);
    const entity = { table: "feedback" as const, documentId: feedback };
    const tag = { scope: "global" as const, slug: "urgent", displayName: "Urgent", path: "/urgent", depth: 0 };
    await put(deployment, "tags", { ...tag, usageCount: 1, createdAt: 1, updatedAt: 1 });
    const tagsOf = async (subject: string) => {
      const { page } = await as(subject).query(reads.getTags, { entity, paginationOpts });
      return page.map(({ slug }) => slug);
    };
    const found = async (subject: string) => {
      const { items } = await readAll(5, (options) =>
        as(subject).query(reads.searchFeedbackTags, { prefix: "u", paginationOpts: options }),
      );
      return items.map(({ slug }) => slug);
    };
    for (const subject of ["ann", "eve", "nobody"]) {
      expect([await tagsOf(subject), await found(subject)]).toEqual([[], []]);
    }
    expect(await tagsOf("admin")).toEqual(["urgent"]);
    expect(await found("admin")).toEqual(["urgent"]);
    expect((await as("admin").query(reads.searchTags, { prefix: "s", paginationOpts })).page).toEqual([]);
  },
);

test("a search finds nothing of another user's, not in a conversation it names either", async () => {
  const { deployment, hers, as } = await annsWorld();
  const search = { text: "cat" };
  const inHers = { ...search, conversationId: hers.conversationId };
  for (const args of [search, inHers]) {
    expect((await as("ann").action(reads.hybridSearch, args)).map(({ message }) => message._id)).toEqual([
      hers.messageId,
    ]);
    expect(await as("eve").action(reads.hybridSearch, args)).toEqual([]);
    expect(await deployment.action(reads.hybridSearch, args)).toEqual([]);
  }
});

test.each(["old", "new"])(
  "a project that goes to another user shows its new owner nothing, by the %s side, whatever is still to be synced",
  async (side) => {
    const { deployment, ann, as } = await annsWorld();
    const eve = (await all(deployment, "users")).find(({ clerkId }) => clerkId === "eve")?._id as typeof ann;
    await setStep(deployment, "phase-3", "dual-write");
    const projectId = await put(deployment, "projects", { userId: ann, name: "P", createdAt: 1, updatedAt: 1 });
    for (let number = 0; number < 5; number++)
      await wrapped(deployment, (db) => db.insert("conversations", aConversation(ann, { projectId })));
    expect(await all(deployment, "projectConversations")).toHaveLength(5);
    if (side === "new") await setStep(deployment, "phase-3", "cleaned");
    await wrapped(deployment, (db) => db.patch(projectId, { userId: eve }));
    expect(await all(deployment, "unnestJobs")).not.toEqual([]);
    const seen = await as("eve").query(reads.getProjectConversations, { projectId, paginationOpts });
    expect(seen.page).toEqual([]);
  },
);
