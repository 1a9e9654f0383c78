/** A deployment of the example application at one of the steps, with values in all moved fields, which rows alone give back. */
import type { GenericId } from "convex/values";
import { phases, type Step } from "../../../convex/phases.js";
import { type Deployment, deploy, put, setStep } from "../deployment.js";
import { aCall, aConversation, aMessage, aUser } from "../documents.js";
import { drive, fill } from "../phase/drive.js";

/** The steps at which calls are tried; those before `new` are as `new` is: the old fields are the truth. */
export const triedSteps = ["new", "cleaned", "returning", "complete"] as const satisfies readonly Step[];

export interface CallWorld {
  readonly deployment: Deployment;
  readonly storageId: GenericId<"_storage">;
  readonly user: GenericId<"users">;
  readonly project: GenericId<"projects">;
  /** Of the project. */
  readonly conversation: GenericId<"conversations">;
  /** Of no project. */
  readonly loose: GenericId<"conversations">;
  /** With calls, a source and an attachment. */
  readonly answer: GenericId<"messages">;
  /** Being streamed, with a partial call. */
  readonly draft: GenericId<"messages">;
  /** Being streamed, without anything yet. */
  readonly empty: GenericId<"messages">;
  readonly bookmark: GenericId<"bookmarks">;
  readonly untagged: GenericId<"bookmarks">;
  readonly snippet: GenericId<"snippets">;
  readonly note: GenericId<"notes">;
}

const preferences = { theme: "dark", defaultModel: "openai:gpt-4o", sendOnEnter: false, codeTheme: "nord" } as const;
const tokenUsage = {
  ...{ systemTokens: 1, messagesTokens: 2, memoriesTokens: 3, totalTokens: 6, contextLimit: 100, lastCalculatedAt: 7 },
};

/** Documents past the wrapper, then the rows as a backfill makes them, then the way to the step as an operator would go it. */
export async function callWorld(step: (typeof triedSteps)[number]): Promise<CallWorld> {
  const deployment = deploy();
  const world = { deployment, ...(await populate(deployment)) };
  for (const phase of phases) await setStep(deployment, phase, "new");
  for (const phase of phases) await fill(deployment, phase);
  if (step === "new") return world;
  for (const phase of phases) await setStep(deployment, phase, "cleaned");
  for (const migrationId of phases) await drive(deployment, "cleanupPage", { migrationId, epoch: 1 });
  for (const phase of phases) await setStep(deployment, phase, step);
  return world;
}

async function populate(deployment: Deployment) {
  const storageId = await deployment.run(({ storage }) => storage.store(new Blob(["file"])));
  const user = await put(deployment, "users", aUser({ preferences }));
  const kept = { userId: user, createdAt: 4 };
  const project = await put(deployment, "projects", { ...kept, name: "P", conversationIds: [], updatedAt: 4 });
  const inProject = { projectId: project, messageCount: 3, tokenUsage };
  const conversation = await put(deployment, "conversations", aConversation(user, inProject));
  const loose = await put(deployment, "conversations", aConversation(user, { messageCount: 0 }));
  await deployment.run(({ db }) => db.patch(project, { conversationIds: [conversation] }));
  const of = (fields: Parameters<typeof aMessage>[1]) =>
    put(deployment, "messages", aMessage(conversation, { userId: user, ...fields }));
  const answer = await of({ toolCalls: [aCall("t1")], sources: [cited("1")], attachments: [attached(storageId)] });
  const draft = await of({ status: "generating", partialToolCalls: [aCall("t1")] });
  const empty = await of({ status: "generating" });
  const saved = { ...kept, messageId: answer, conversationId: conversation };
  const bookmark = await put(deployment, "bookmarks", { ...saved, tags: ["work", "home"] });
  const untagged = await put(deployment, "bookmarks", saved);
  const from = { sourceMessageId: answer, sourceConversationId: conversation };
  const snippet = await put(deployment, "snippets", { ...kept, ...from, text: "t", tags: ["work"] });
  const written = { title: "n", content: "c", isPinned: false, updatedAt: 4, tags: ["home"] };
  const note = await put(deployment, "notes", { ...kept, ...written });
  return { storageId, user, project, conversation, loose, answer, draft, empty, bookmark, untagged, snippet, note };
}

export const cited = (id: string) => ({ id, title: `T${id}`, url: `https://${id}.example/` });

export const attached = (storageId: string, name = "f") => ({
  ...{ type: "file" as const, name, storageId, mimeType: "text/plain", size: 1 },
});
