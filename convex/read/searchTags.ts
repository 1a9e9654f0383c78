import type { GenericId } from "convex/values";
import { tagSlug } from "../../transforms/tagSlug.js";
import { touchKinds } from "../touches/touchKinds.js";
import { greatestText } from "./greatestText.js";
import { boundedOptions, type Page, type PageOptions } from "./page.js";
import { known, type ReadCtx, sideOfMany, startReading } from "./reading.js";
import { scanTags } from "./scanTags.js";

export interface TagSearch {
  /** Whose tags; null for the global ones, which feedback has. */
  readonly userId: GenericId<"users"> | null;
  /** The beginning of a tag as someone types it: `Work/` finds what is below `work`. Nothing finds every tag. */
  readonly prefix: string;
  readonly paginationOpts?: PageOptions | undefined;
}

export interface FoundTag {
  readonly slug: string;
  readonly displayName: string;
  /** Links at this tag itself, touches that are still open left out: it ranks suggestions. */
  readonly usageCount: number;
  readonly color?: string;
}

const suggestions: PageOptions = { numItems: 20, cursor: null };

/**
 * Tags that begin so, for autocomplete. By rows it is one index range as long as the page, whatever the number of tags there is, in the
 * order of the slugs. Until the backfill is done the arrays of the old documents answer: a page then scans a bounded number of them and
 * gives the tags found there, so that pages may be empty and a tag may come again in a later one.
 *
 * Uses the one `.paginate()` of its query.
 */
export async function searchTags(
  given: ReadCtx,
  { userId, prefix, paginationOpts = suggestions }: TagSearch,
): Promise<Page<FoundTag>> {
  const ctx = known(given);
  const { phases } = await startReading(ctx);
  const begin = slugPrefix(prefix);
  if (sideOfMany(phases[touchKinds.tags.phase]) === "old") return await scanTags(ctx, userId, begin, paginationOpts);
  const { page, isDone, continueCursor } = await ctx.db
    .query("tags")
    .withIndex("by_user_slug", (range) =>
      range
        .eq("userId", userId ?? undefined)
        .gte("slug", begin)
        .lt("slug", `${begin}${greatestText}`),
    )
    .paginate(boundedOptions(paginationOpts));
  const found = page.map(({ slug, displayName, usageCount, color }) => ({
    slug,
    displayName,
    usageCount,
    ...(color === undefined ? {} : { color }),
  }));
  return { page: found, isDone, continueCursor };
}

/** The prefix of slugs that a typed beginning stands for: a `/` at its end, which a slug never has, says that more is to follow. */
function slugPrefix(typed: string): string {
  const slug = tagSlug(typed);
  return slug !== "" && typed.trimEnd().endsWith("/") ? `${slug}/` : slug;
}
