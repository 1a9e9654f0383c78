/** A project's conversations as the old documents have them: the old side of `getProjectConversations`. */
import type { GenericId } from "convex/values";
import type { PartInput, SourceDocument } from "../../transforms/defineTransform.js";
import { projectLink } from "../../transforms/projectLink.js";
import { anyReader, findDocument } from "../documents.js";
import { environmentOf } from "../sync/readPart.js";
import type { ProjectConversation } from "./getProjectConversations.js";
import { joinPage } from "./joinPage.js";
import { boundedOptions, emptyPage, type Page, type PageOptions } from "./page.js";
import type { KnownCtx } from "./reading.js";
import type { ReadRow } from "./readRow.js";

/** Its page's cursor begins with the array, then goes on with conversations that it does not list. */
const behindArray = "behind ";

/**
 * Those in the project's array first, in its order, then those that the array misses, the oldest first: the order of their positions,
 * since an index is always less than a time. What counts is what the transform says of the conversation.
 */
export async function linkedConversations(
  { db }: KnownCtx,
  projectId: GenericId<"projects">,
  options: PageOptions,
): Promise<Page<ProjectConversation>> {
  const project = await db.get(projectId);
  if (project === null) return emptyPage;
  const reader = anyReader(db);
  const projectOwner = await findDocument(reader, "users", project.userId);
  const listed = [...new Set(project.conversationIds ?? [])];
  const indexes = new Map(project.conversationIds?.map((id, index) => [id, index] as const).reverse());

  const ids = async (cursor: string | null): Promise<Page<GenericId<"conversations">>> => {
    if (cursor?.startsWith(behindArray) || listed.length === 0) {
      const inner = cursor?.slice(behindArray.length) || null;
      const result = await db
        .query("conversations")
        .withIndex("by_projectId", (range) => range.eq("projectId", projectId))
        .paginate(boundedOptions(options, inner));
      const missed = result.page.map(({ _id }) => _id).filter((id) => !indexes.has(id));
      return { page: missed, isDone: result.isDone, continueCursor: behindArray + result.continueCursor };
    }
    const from = Number(cursor ?? 0);
    const to = from + boundedOptions(options).numItems;
    return {
      page: listed.slice(from, to),
      isDone: false,
      continueCursor: to < listed.length ? String(to) : behindArray,
    };
  };

  return await joinPage("array", options, ids, async (id) => {
    const conversation = await db.get(id);
    if (conversation === null) return null;
    const index = indexes.get(id);
    const found = { ...(project as SourceDocument), ...(index === undefined ? {} : { _index: index }) };
    const input: PartInput = {
      document: conversation as SourceDocument,
      lookup: { project: conversation.projectId === projectId ? found : null, projectOwner },
      lookupMany: {},
      environment: environmentOf(reader),
    };
    const [row] = projectLink.map(input).rows;
    return row === undefined ? null : { ...(row.value as ReadRow<"projectConversations">), conversation };
  });
}
