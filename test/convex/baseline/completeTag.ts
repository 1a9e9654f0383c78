import type { GenericId } from "convex/values";
import type { QueryCtx } from "../../../convex/runtime.js";

/** As the application had it: all arrays of tags of the user's documents, filtered by what was typed. */
export async function completeTag(
  { db }: QueryCtx,
  { userId, prefix }: { userId: GenericId<"users">; prefix: string },
) {
  const saved = await Promise.all([
    db
      .query("bookmarks")
      .withIndex("by_user", (range) => range.eq("userId", userId))
      .collect(),
    db
      .query("snippets")
      .withIndex("by_user", (range) => range.eq("userId", userId))
      .collect(),
    db
      .query("notes")
      .withIndex("by_user", (range) => range.eq("userId", userId))
      .collect(),
  ]);
  const tags = new Set(saved.flat().flatMap((document) => document.tags ?? []));
  return [...tags]
    .filter((tag) => tag.toLowerCase().startsWith(prefix.toLowerCase()))
    .sort()
    .slice(0, 20);
}
