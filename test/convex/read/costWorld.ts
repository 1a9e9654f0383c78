/** Worlds in which the former functions and the new ones are measured; documents of the sizes that spec 2 tells, scaled down. */
import type { WithoutSystemFields } from "convex/server";
import type { GenericId } from "convex/values";
import type { Doc } from "../../../convex/documents.js";
import { phases } from "../../../convex/phases.js";
import type { MutationCtx } from "../../../convex/runtime.js";
import { type Deployment, deploy, put, setStep } from "../deployment.js";
import { aConversation, aMessage, aUser } from "../documents.js";

export interface CostWorld {
  readonly deployment: Deployment;
  readonly user: GenericId<"users">;
  readonly project: GenericId<"projects">;
  /** The first of them. */
  readonly conversation: GenericId<"conversations">;
  /** What a vector search found, where one is measured. */
  readonly near?: readonly GenericId<"messages">[];
}

export interface WorldSize {
  readonly conversations?: number;
  /** In each conversation. */
  readonly messages?: number;
  /** Bookmarks of the messages, in their order, each with a tag of its own. */
  readonly bookmarks?: number;
}

/** Not all that a message has, so that ten thousand of them are soon there: one with an embedding has thirty times as much. */
const content = "words about a cat and other animals ".repeat(12);

/** Before: old fields alone. Now: the migration is complete, rows alone. */
export type Era = "before" | "now";

export async function costWorld(
  era: Era,
  { conversations = 1, messages = 1, bookmarks = 0 }: WorldSize,
): Promise<CostWorld> {
  const deployment = deploy(false);
  if (era === "now") for (const phase of phases) await setStep(deployment, phase, "complete");
  const user = await put(deployment, "users", aUser());
  const project = await put(deployment, "projects", { userId: user, name: "P", createdAt: 1, updatedAt: 1 });
  const conversation = await deployment.run(async ({ db }) => {
    const conversationIds: GenericId<"conversations">[] = [];
    for (let at = 0; at < conversations; at++) {
      const fields = { projectId: project, messageCount: messages };
      const conversationId = await db.insert("conversations", aConversation(user, fields));
      conversationIds.push(conversationId);
      for (let of = 0; of < messages; of++) {
        const number = at * messages + of;
        const said = { userId: user, content, embedding: [1, number % 97, 0.1] };
        const messageId = await db.insert("messages", aMessage(conversationId, said));
        if (number < bookmarks) await bookmark(db, era, { userId: user, messageId, conversationId, createdAt: number });
      }
    }
    if (era === "before") await db.patch(project, { conversationIds });
    else {
      for (const [position, conversationId] of conversationIds.entries())
        await db.insert("projectConversations", {
          projectId: project,
          conversationId,
          position,
          addedAt: 1,
          addedBy: user,
        });
    }
    return conversationIds[0];
  });
  if (conversation === undefined) throw new RangeError("a world has one conversation at least");
  return { deployment, user, project, conversation };
}

/** A bookmark with a tag of its own. */
async function bookmark(db: MutationCtx["db"], era: Era, saved: WithoutSystemFields<Doc<"bookmarks">>): Promise<void> {
  const { userId, createdAt } = saved;
  const slug = `tag ${String(createdAt).padStart(6, "0")}`;
  if (era === "before") {
    await db.insert("bookmarks", { ...saved, tags: [slug] });
    return;
  }
  const bookmarkId = await db.insert("bookmarks", saved);
  const told = { slug, displayName: slug, path: `/${slug}`, depth: 0, usageCount: 1, createdAt, updatedAt: createdAt };
  const tagId = await db.insert("tags", { scope: "user", userId, ...told });
  await db.insert("bookmarkTags", { bookmarkId, tagId, userId, label: slug, position: 0, createdAt });
}
