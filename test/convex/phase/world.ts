/** A small world with data of all seven phases, some of which rows alone do not give back. */
import type { GenericId } from "convex/values";
import { type Deployment, deploy, put } from "../deployment.js";
import { aCall, aConversation, aMessage, aUser } from "../documents.js";

export interface World {
  readonly deployment: Deployment;
  readonly user: GenericId<"users">;
  readonly project: GenericId<"projects">;
  readonly conversation: GenericId<"conversations">;
  readonly message: GenericId<"messages">;
  readonly bookmark: GenericId<"bookmarks">;
}

export async function aWorld(deployment = deploy()): Promise<World> {
  const user = await put(deployment, "users", aUser({ preferences }));
  await put(deployment, "users", aUser({ preferences: { theme: "light", defaultModel: "auto", sendOnEnter: false } }));
  const aProject = { userId: user, name: "P", createdAt: 1, updatedAt: 1 };
  const project = await put(deployment, "projects", { ...aProject, conversationIds: [] });
  await put(deployment, "projects", { ...aProject, conversationIds: [] });
  const inProject = { projectId: project, tokenUsage, messageCount: 2 };
  const conversation = await put(deployment, "conversations", aConversation(user, inProject));
  const second = await put(deployment, "conversations", aConversation(user, { projectId: project }));
  const stranger = await put(deployment, "conversations", aConversation(user));
  await deployment.run(({ db }) => db.patch(project, { conversationIds: [second, stranger, conversation] }));
  const storageId = await deployment.run(({ storage }) => storage.store(new Blob(["image"])));
  const message = await put(
    deployment,
    "messages",
    aMessage(conversation, { ...calls, ...cited, ...attached(storageId) }),
  );
  await put(deployment, "messages", aMessage(conversation, { status: "generating", partialToolCalls: [aCall("p")] }));
  await put(
    deployment,
    "messages",
    aMessage(second, { toolCalls: [aCall("x", { result: '{"n":1}' })], sources: [source("1")] }),
  );
  const saved = { userId: user, messageId: message, conversationId: conversation, createdAt: 4 };
  const bookmark = await put(deployment, "bookmarks", { ...saved, tags: ["Work/Deep", "work/ deep", "", "Home"] });
  await put(deployment, "bookmarks", saved);
  const from = { sourceMessageId: message, sourceConversationId: conversation };
  await put(deployment, "snippets", { userId: user, text: "t", ...from, createdAt: 4, tags: ["home"] });
  const note = { title: "n", content: "c", isPinned: false, updatedAt: 4 };
  await put(deployment, "notes", { userId: user, ...note, createdAt: 4, tags: ["Other", "WORK"] });
  const report = { userEmail: "ann@example.com", userName: "Ann", page: "/", description: "d" };
  await put(deployment, "feedback", {
    userId: user,
    ...report,
    feedbackType: "bug",
    status: "new",
    createdAt: 4,
    updatedAt: 4,
    tags: ["UI", "ui"],
  });
  await put(deployment, "feedbackTags", { name: "Ui", color: "red", usageCount: 1, createdAt: 3 });
  return { deployment, user, project, conversation, message, bookmark };
}

export const source = (id: string, url = "https://a.example/x/") => ({ id, title: `T${id}`, url });

const preferences = {
  theme: "dark" as const,
  defaultModel: "m",
  sendOnEnter: true,
  favoriteModels: ["a", "b"],
  reasoning: {},
  customInstructions: { aboutUser: "u", responseStyle: "r", enabled: true, nickname: "N" },
};

const tokenUsage = {
  systemTokens: 1,
  messagesTokens: 2,
  memoriesTokens: 3,
  totalTokens: 6,
  contextLimit: 100,
  lastCalculatedAt: 7,
};

/** A repeated call, one that is both partial and complete, and text that is no JSON. */
const calls = {
  toolCalls: [aCall("a", { result: "[1]" }), aCall("a", { timestamp: 9 }), aCall("b", { arguments: "not json" })],
  partialToolCalls: [aCall("b"), aCall("c", { textPosition: 3 })],
};

/** A source without url, ids that repeat, a partial source that is superseded, metadata with and without a source. */
const cited = {
  sources: [source("2"), source("2", "https://b.example/"), source("7", "")],
  partialSources: [source("1"), source("9", "https://c.example/")],
  sourceMetadata: [
    { sourceId: "2", domain: "a.example", ogTitle: "A", fetchedAt: 1 },
    { sourceId: "x", domain: "nowhere.example" },
  ],
};

/** Metadata with a field that has no column, and a storage id that is none. */
const attached = (storageId: GenericId<"_storage">) => ({
  attachments: [
    { type: "image" as const, name: "i", storageId, mimeType: "image/png", size: 5, metadata: { width: 1, odd: true } },
    { type: "file" as const, name: "f", storageId: "nothing", mimeType: "text/plain", size: 6 },
  ],
});

export { aCall as call } from "../documents.js";
