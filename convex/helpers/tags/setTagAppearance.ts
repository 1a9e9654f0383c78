import { ConvexError } from "convex/values";
import { tagSlug } from "../../../transforms/tagSlug.js";
import type { HelperContext } from "../helperContext.js";
import { requireDocument } from "../requireDocument.js";

/** How the application shows a tag; what is left out stays, null goes. */
export interface TagAppearance {
  /** A spelling of this very tag: under authority `new` links that were renamed are read by it. */
  readonly displayName?: string | undefined;
  readonly color?: string | null | undefined;
  readonly description?: string | null | undefined;
}

/** @throws ConvexError `document_missing`, `tag_slug_differs` for a name that belongs to another tag: `renameTag` does that */
export async function setTagAppearance(ctx: HelperContext, tagId: string, appearance: TagAppearance): Promise<void> {
  const { _id, slug } = await requireDocument(ctx, "tags", tagId);
  const { displayName, color, description } = appearance;
  if (displayName !== undefined && tagSlug(displayName) !== slug)
    throw new ConvexError({ code: "tag_slug_differs", tagId: _id });
  await ctx.unnest.db.patch(_id, {
    ...(displayName === undefined ? {} : { displayName: displayName.trim() }),
    ...(color === undefined ? {} : { color: color ?? undefined }),
    ...(description === undefined ? {} : { description: description ?? undefined }),
  });
}
