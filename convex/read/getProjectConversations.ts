import type { GenericId } from "convex/values";
import { projectLink } from "../../transforms/projectLink.js";
import type { Doc } from "../documents.js";
import { phaseOf } from "../sync/sync.js";
import { joinPage } from "./joinPage.js";
import { linkedConversations } from "./linkedConversations.js";
import { boundedOptions, type Page, type PageOptions } from "./page.js";
import { type KnownCtx, known, type ReadCtx, sideOfMany, startReading } from "./reading.js";
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
  given: ReadCtx,
  { projectId, paginationOpts = fewConversations }: ProjectArguments,
): Promise<Page<ProjectConversation>> {
  const ctx = known(given);
  const state = phaseOf(await startReading(ctx), projectLink);
  if (sideOfMany(state) === "old") return await linkedConversations(ctx, projectId, paginationOpts);
  const links = async (cursor: string | null) => await linksOf(ctx, projectId, paginationOpts, cursor);
  const project = await ctx.db.get(projectId);
  return await joinPage("links", paginationOpts, links, async (link) => {
    const conversation = await ctx.db.get(link.conversationId);
    const counts = conversation?.projectId === projectId && conversation.userId === project?.userId;
    return counts ? { ...link, position: link.position ?? conversation._creationTime, conversation } : null;
  });
}

/** Cursors of links without a position begin so: they come behind all others. */
const withoutPosition = "without position ";

/** The index has links without a position, which the application's own code may have written, in front; here they come last. */
async function linksOf(
  { db }: KnownCtx,
  projectId: GenericId<"projects">,
  options: PageOptions,
  cursor: string | null,
): Promise<Page<Doc<"projectConversations">>> {
  const placed = () =>
    db
      .query("projectConversations")
      .withIndex("by_project", (range) => range.eq("projectId", projectId).gt("position", undefined));
  const others = () =>
    db
      .query("projectConversations")
      .withIndex("by_project", (range) => range.eq("projectId", projectId).eq("position", undefined));
  if (cursor?.startsWith(withoutPosition)) {
    const inner = cursor.slice(withoutPosition.length) || null;
    const result = await others().paginate(boundedOptions(options, inner));
    return { ...result, continueCursor: withoutPosition + result.continueCursor };
  }
  const result = await placed().paginate(boundedOptions(options, cursor));
  if (!result.isDone || (await others().first()) === null) return result;
  return { ...result, isDone: false, continueCursor: withoutPosition };
}
