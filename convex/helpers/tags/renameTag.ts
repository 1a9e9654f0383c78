/** Helpers that rename and merge tags, with their descendants and in every document that has them. */
import { ConvexError } from "convex/values";
import { tagLevels } from "../../../transforms/tagSlug.js";
import type { StoredDocument } from "../../documents.js";
import type { SchedulingContext } from "../helperContext.js";
import { requireDocument } from "../requireDocument.js";
import { startRenaming } from "./renaming.js";
import { setTagAppearance } from "./setTagAppearance.js";
import { descendantsOf, nameOf, type Renaming, renamed, type TagOwner } from "./tagTree.js";

/** As many descendants are looked at before anything is renamed; of more, those whose new name would be too long stay. */
const mostLookedAt = 500;

/**
 * Calls a tag something else. Its descendants come along: `work` to `job` takes `work/project` to `job/project`. A name that another
 * tag has merges into that one. Under authority `new` one row changes, descendants as far as half a transaction goes, the
 * rest in scheduled ones; under `old` the arrays of the owner's documents are edited, all of it scheduled.
 *
 * @throws ConvexError `document_missing`, `empty_tag`, `tag_too_long` for the tag or a descendant, and `tag_inside_itself` for a
 * name below the tag's own
 */
export async function renameTag(ctx: SchedulingContext, tagId: string, newName: string): Promise<void> {
  const tag = await requireDocument(ctx, "tags", tagId);
  const levels = tagLevels(newName);
  if (typeof levels === "string") throw new ConvexError({ code: levels, tagId: tag._id });
  const slug = levels.at(-1)?.slug ?? "";
  if (slug === tag.slug) await setTagAppearance(ctx, tag._id, { displayName: newName });
  else await rename(ctx, tag, newName.trim(), slug);
}

/**
 * Puts one tag in the place of another one, which goes: links, and descendants below it. A document that has both keeps one link.
 *
 * @throws ConvexError as `renameTag`, and `same_tag`, `tags_of_different_owners`
 */
export async function mergeTags(ctx: SchedulingContext, fromTagId: string, intoTagId: string): Promise<void> {
  const from = await requireDocument(ctx, "tags", fromTagId);
  const into = await requireDocument(ctx, "tags", intoTagId);
  const ids = { fromTagId: from._id, intoTagId: into._id };
  if (from._id === into._id) throw new ConvexError({ code: "same_tag", ...ids });
  if (from.scope !== into.scope || from.userId !== into.userId)
    throw new ConvexError({ code: "tags_of_different_owners", ...ids });
  await rename(ctx, from, nameOf(into), String(into.slug));
}

async function rename(ctx: SchedulingContext, tag: StoredDocument, to: string, slug: string): Promise<void> {
  const renaming: Renaming = { from: String(tag.slug), to };
  // Its descendants would be its own ancestors.
  if (slug.startsWith(`${renaming.from}/`)) throw new ConvexError({ code: "tag_inside_itself", tagId: tag._id });
  const owner: TagOwner =
    tag.scope === "global" ? { scope: "global", userId: null } : { scope: "user", userId: String(tag.userId) };
  const descendants = await descendantsOf(ctx.unnest.db, owner, renaming.from, { atMost: mostLookedAt });
  const tooLong = [tag, ...descendants].find((one) => renamed(nameOf(one), renaming) === null);
  if (tooLong !== undefined) throw new ConvexError({ code: "tag_too_long", tagId: tooLong._id });
  await startRenaming(ctx, owner, renaming);
}
