import type { GenericId } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { deleteConversation, deleteConversations, deleteMessage } from "../../../convex/helpers/deletes.js";
import { referencesTo } from "../../../convex/helpers/references.js";
import { attachments } from "../../../transforms/attachments.js";
import { bookmarkTags } from "../../../transforms/bookmarkTags.js";
import { conversationIds } from "../../../transforms/conversationIds.js";
import { projectLink } from "../../../transforms/projectLink.js";
import { snippetTags } from "../../../transforms/snippetTags.js";
import { sources } from "../../../transforms/sources.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { drainTouches } from "../aggregates/drainTouches.js";
import { all, type Deployment, deploy, put, setStep } from "../deployment.js";
import { aConversation, aMessage, aUser } from "../documents.js";
import { expectInStep } from "../dualWrite/inStep.js";
import { act, bring, finish, refusal, steps } from "./act.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const call = { id: "a", name: "search", arguments: "{}", timestamp: 5 };

/** Everything that refers to a conversation, once. */
async function conversationWith(deployment: Deployment, user: GenericId<"users">, messages = 2) {
  const project = await put(deployment, "projects", {
    userId: user,
    name: "P",
    conversationIds: [],
    createdAt: 1,
    updatedAt: 1,
  });
  const id = await put(deployment, "conversations", aConversation(user, { projectId: project }));
  await deployment.run(({ db }) => db.patch(project, { conversationIds: [id] }));
  const storageId = await deployment.run(({ storage }) => storage.store(new Blob(["x"])));
  const attached = { type: "file", name: "f", storageId, mimeType: "text/plain", size: 1 } as const;
  const cited = { id: "1", title: "T", url: "https://a.example/" };
  const ids: GenericId<"messages">[] = [];
  for (let at = 0; at < messages; at++) {
    const parts = at < 20 ? { attachments: [attached], toolCalls: [call], sources: [cited] } : {};
    const spent = { model: "openai:gpt-4o", inputTokens: 10, outputTokens: 5 };
    ids.push(await put(deployment, "messages", aMessage(id, { userId: user, ...parts, ...spent })));
  }
  const [first] = ids;
  if (first === undefined) throw new Error("no message");
  const saved = { userId: user, createdAt: 4 };
  await put(deployment, "bookmarks", { ...saved, messageId: first, conversationId: id, tags: ["Work"] });
  const from = { sourceMessageId: first, sourceConversationId: id };
  await put(deployment, "snippets", { ...saved, text: "t", ...from, tags: ["Work"] });
  const note = { title: "n", content: "c", isPinned: false, updatedAt: 4 };
  await put(deployment, "notes", { ...saved, ...note, sourceMessageId: first });
  await put(deployment, "files", { ...saved, conversationId: id, storageId, name: "f", mimeType: "t", size: 1 });
  const shared = { shareId: "s", title: "T", isPublic: true, isActive: true, viewCount: 0 };
  await put(deployment, "shares", { ...saved, ...shared, conversationId: id });
  await put(deployment, "conversations", aConversation(user, { parentConversationId: id }));
  return { id, project, first, ids };
}

const parts = [attachments, toolCalls] as const;

async function bringAll(deployment: Deployment, step: (typeof steps)[number]) {
  await bring(deployment, "phase-1", step, parts);
  await bring(deployment, "phase-2", step, [sources]);
  await bring(deployment, "phase-3", step, [projectLink, conversationIds]);
  await bring(deployment, "phase-5", step, [bookmarkTags, snippetTags]);
}

const gone = [
  "messages",
  "attachments",
  "toolCalls",
  "sources",
  "bookmarks",
  "bookmarkTags",
  "snippets",
  "snippetTags",
  "shares",
  "projectConversations",
  "conversationTokenUsage",
] as const;

async function expectGone(deployment: Deployment) {
  for (const table of gone) expect([table, await all(deployment, table)]).toEqual([table, []]);
}

describe.each(steps)("at step %s", (step) => {
  test("a conversation goes with what cannot be without it, and the rest loses the reference", async () => {
    const deployment = deploy();
    const user = await put(deployment, "users", aUser());
    const { id, project } = await conversationWith(deployment, user);
    await bringAll(deployment, step);
    expect(await act(deployment, (ctx) => deleteConversation(ctx, id))).toBe(true);
    await expectGone(deployment);
    expect((await all(deployment, "notes"))[0]).not.toHaveProperty("sourceMessageId");
    expect((await all(deployment, "files"))[0]).not.toHaveProperty("conversationId");
    const [branch, ...others] = await all(deployment, "conversations");
    expect(branch).not.toHaveProperty("parentConversationId");
    expect(others).toEqual([]);
    const array = (await deployment.run(({ db }) => db.get(project)))?.conversationIds;
    expect(array ?? []).toEqual([]);
    expect(await all(deployment, "unnestLedger")).toEqual([]);
    await expectInStep(deployment);
    if (step !== "off") expect(await all(deployment, "tags")).toMatchObject([{ slug: "work", usageCount: 0 }]);
  });

  test("a message goes with its bookmarks and snippets; its conversation and the other message stay", async () => {
    const deployment = deploy();
    const user = await put(deployment, "users", aUser());
    const { first, ids } = await conversationWith(deployment, user);
    await deployment.run(({ db }) => db.patch(ids[1] as GenericId<"messages">, { parentMessageId: first }));
    await bringAll(deployment, step);
    expect(await act(deployment, (ctx) => deleteMessage(ctx, first))).toBe(true);
    const [left, ...more] = await all(deployment, "messages");
    expect([left?._id, more]).toEqual([ids[1], []]);
    expect(left).not.toHaveProperty("parentMessageId");
    expect(await all(deployment, "bookmarks")).toEqual([]);
    expect(await all(deployment, "conversations")).toHaveLength(2);
    await expectInStep(deployment);
  });
});

test("what is more than a transaction goes on in scheduled ones, the conversation last", async () => {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const { id } = await conversationWith(deployment, user, 700);
  const other = await conversationWith(deployment, user, 3);
  await bringAll(deployment, "dual-write");
  // With its phase on, the optional tables are looked at too, which they are not while it is off.
  await setStep(deployment, "phase-7", "dual-write");
  expect(await act(deployment, (ctx) => deleteConversations(ctx, [id, other.id, id]))).toBe(false);
  expect(await deployment.run(({ db }) => db.get(id))).not.toBeNull();
  await finish(deployment);
  expect(await all(deployment, "conversations")).toHaveLength(2);
  await expectGone(deployment);
  await expectInStep(deployment);
});

test("a deleted message lowers its model's usage and its conversation's count", async () => {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const { id, first } = await conversationWith(deployment, user);
  await setStep(deployment, "phase-6", "dual-write");
  await setStep(deployment, "phase-7", "dual-write");
  await deployment.run(({ db }) => db.patch(id, { messageCount: 2 }));
  const usage = { totalTokens: 30, inputTokens: 20, outputTokens: 10, messageCount: 2, lastUpdatedAt: 3, createdAt: 2 };
  await put(deployment, "conversationTokenUsage", { conversationId: id, model: "openai:gpt-4o", ...usage });
  await act(deployment, (ctx) => deleteMessage(ctx, first));
  await drainTouches(deployment);
  expect(await all(deployment, "conversationTokenUsage")).toMatchObject([{ totalTokens: 15, messageCount: 1 }]);
  expect((await all(deployment, "conversations"))[0]?.messageCount).toBe(1);
  await act(deployment, (ctx) => deleteConversation(ctx, id));
  await drainTouches(deployment);
  expect(await all(deployment, "conversationTokenUsage")).toEqual([]);
});

test("one that is not there is refused before anything is deleted", async () => {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const { id, first } = await conversationWith(deployment, user);
  expect(await refusal(deployment, (ctx) => deleteConversations(ctx, [id, first]))).toBe("document_missing");
  expect(await refusal(deployment, (ctx) => deleteConversations(ctx, Array(501).fill(id)))).toBe("too_many_documents");
  expect(await all(deployment, "messages")).toHaveLength(2);
});

test("the references a cascade follows are those of the schema", () => {
  const told = (table: string) =>
    referencesTo(table).map((found) => `${found.required ? "goes" : "stays"} ${found.table}.${found.field}`);
  expect(told("conversations")).toEqual([
    "goes attachments.conversationId",
    "goes toolCalls.conversationId",
    "goes sources.conversationId",
    "goes projectConversations.conversationId",
    "goes conversationTokenUsage.conversationId",
    "goes shares.conversationId",
    "goes snippets.sourceConversationId",
    "goes bookmarks.conversationId",
    "goes messages.conversationId",
    "stays memoryMetadata.conversationId",
    "stays usageRecords.conversationId",
    "stays files.conversationId",
    "stays memories.conversationId",
    "stays conversations.parentConversationId",
  ]);
  expect(told("messages")).toEqual([
    "goes attachments.messageId",
    "goes toolCalls.messageId",
    "goes sources.messageId",
    "goes memorySources.messageId",
    "goes snippets.sourceMessageId",
    "goes bookmarks.messageId",
    "stays memoryMetadata.messageId",
    "stays notes.sourceMessageId",
    "stays messages.parentMessageId",
    "stays messages.consolidatedMessageId",
  ]);
});
