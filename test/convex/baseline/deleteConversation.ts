import type { GenericId } from "convex/values";
import type { MutationCtx } from "../../../convex/runtime.js";

/**
 * As the application had it: every table that may refer to the conversation, scanned; projects by their arrays. It filters here, where
 * the application had `.filter`, since `convex-test` counts what passes that one and Convex what is scanned.
 */
export async function deleteConversation(
  { db }: Pick<MutationCtx, "db">,
  { conversationId }: { conversationId: GenericId<"conversations"> },
): Promise<void> {
  for (const table of ["messages", "bookmarks", "files", "shares", "memories"] as const) {
    const documents = (await db.query(table).collect()).filter((found) => found.conversationId === conversationId);
    for (const { _id } of documents) await db.delete(_id);
  }
  for (const project of await db.query("projects").collect()) {
    if (!project.conversationIds?.includes(conversationId)) continue;
    await db.patch(project._id, { conversationIds: project.conversationIds.filter((id) => id !== conversationId) });
  }
  await db.delete(conversationId);
}
