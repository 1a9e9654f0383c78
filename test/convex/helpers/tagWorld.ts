/** A user with bookmarks, snippets and notes that have tags, and feedback beside them. */

import type { GenericId } from "convex/values";
import { anyReader } from "../../../convex/documents.js";
import type { Step } from "../../../convex/phases.js";
import { linksOf, tagged } from "../../../convex/tagged.js";
import { conversed } from "../conversed.js";
import { type Deployment, put } from "../deployment.js";
import { aMessage } from "../documents.js";
import { bring, partValue } from "./act.js";

export async function aTagWorld() {
  const { deployment, user, conversation } = await conversed();
  const message = await put(deployment, "messages", aMessage(conversation));
  const bookmark = (tags: string[], userId: GenericId<"users"> = user) =>
    put(deployment, "bookmarks", { userId, messageId: message, conversationId: conversation, tags, createdAt: 4 });
  const snippet = (tags: string[]) =>
    put(deployment, "snippets", {
      userId: user,
      text: "t",
      sourceMessageId: message,
      sourceConversationId: conversation,
      tags,
      createdAt: 4,
    });
  const note = (tags: string[]) =>
    put(deployment, "notes", {
      userId: user,
      title: "n",
      content: "c",
      isPinned: false,
      tags,
      createdAt: 4,
      updatedAt: 4,
    });
  const feedback = (tags: string[]) =>
    put(deployment, "feedback", {
      userId: user,
      userEmail: "ann@example.com",
      userName: "Ann",
      page: "/",
      feedbackType: "bug",
      description: "d",
      status: "new",
      tags,
      createdAt: 4,
      updatedAt: 4,
    });
  return { deployment, user, bookmark, snippet, note, feedback };
}

export const bringTags = (deployment: Deployment, step: Step) =>
  bring(deployment, "phase-5", step, Object.values(tagged));

/** The tags of a document, whichever side holds them. */
export async function tagsAt(deployment: Deployment, table: keyof typeof tagged, id: string, step: Step) {
  return (await partValue(deployment, tagged[table], id, step)).tags ?? [];
}

/** The id of a tag. */
export async function tagId(deployment: Deployment, slug: string): Promise<string> {
  const tags = await deployment.run(async ({ db }) => await db.query("tags").collect());
  return String(tags.find((tag) => tag.slug === slug)?._id);
}

/** How many links each tag has, by slug. */
export async function linkCounts(deployment: Deployment): Promise<Record<string, number>> {
  return await deployment.run(async ({ db }) => {
    const reader = anyReader(db);
    const counts: Record<string, number> = {};
    for (const tag of await reader.query("tags").collect()) counts[String(tag.slug)] = 0;
    for (const { table } of [...linksOf("user"), ...linksOf("global")]) {
      for (const link of await reader.query(table).collect()) {
        const slug = String((await reader.get(String(link.tagId)))?.slug);
        counts[slug] = (counts[slug] ?? 0) + 1;
      }
    }
    return counts;
  });
}
