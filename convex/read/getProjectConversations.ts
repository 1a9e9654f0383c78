import type { GenericId } from "convex/values";
import { projectLink } from "../../transforms/projectLink.js";
import type { Doc } from "../documents.js";
import { phaseOf } from "../sync/sync.js";
import { joinPage } from "./joinPage.js";
import { linkedConversations } from "./linkedConversations.js";
import { boundedOptions, type Page, type PageOptions } from "./page.js";
import { type ReadCtx, sideOfMany, startReading } from "./reading.js";
import type { ReadRow } from "./readRow.js";

export interface ProjectArguments {
  readonly projectId: GenericId<"projects">;
  readonly paginationOpts?: PageOptions | undefined;
}

export type ProjectConversation = ReadRow<"projectConversations"> & { readonly conversation: Doc<"conversations"> };

const fewConversations: PageOptions = { numItems: 50, cursor: null };

/**
 * The conversations of a project in their order. A link counts only while its conversation names the project and both have one
 * owner, which is the truth at every step: one that a job has still to remove is left out. Reads the project and two documents an
 * item, however many projects and conversations there are.
 *
 * Uses the one `.paginate()` of its query.
 */
export async function getProjectConversations(
  ctx: ReadCtx,
  { projectId, paginationOpts = fewConversations }: ProjectArguments,
): Promise<Page<ProjectConversation>> {
  const state = phaseOf(await startReading(ctx), projectLink);
  if (sideOfMany(state) === "old") return await linkedConversations(ctx, projectId, paginationOpts);
  const links = async (cursor: string | null) =>
    await ctx.db
      .query("projectConversations")
      .withIndex("by_project", (range) => range.eq("projectId", projectId))
      .paginate(boundedOptions(paginationOpts, cursor));
  const project = await ctx.db.get(projectId);
  return await joinPage("links", paginationOpts, links, async (link) => {
    const conversation = await ctx.db.get(link.conversationId);
    const counts = conversation?.projectId === projectId && conversation.userId === project?.userId;
    return counts ? { ...link, conversation } : null;
  });
}
