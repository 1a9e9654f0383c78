import type { GenericId } from "convex/values";
import type { QueryCtx } from "../../../convex/runtime.js";

/** As the application had it: every id in the project's array, one after another. */
export async function listProjectConversations({ db }: QueryCtx, { projectId }: { projectId: GenericId<"projects"> }) {
  const project = await db.get(projectId);
  const conversations = await Promise.all((project?.conversationIds ?? []).map((id) => db.get(id)));
  return conversations.filter((conversation) => conversation !== null);
}
