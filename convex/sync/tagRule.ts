import type { Fields } from "../../transforms/defineTransform.js";

/**
 * The row of a tag that is referred to for the first time, its parent aside. Later mentions change nothing: displayName and
 * color are the application's once the tag is there, and usageCount comes in touches.
 */
export function newTag(mentions: readonly Fields[]): Fields {
  const [first = {}] = mentions;
  const own = mentions.find((mention) => mention.own === true) ?? first;
  const { scope, userId, slug, depth, usedAt } = first;
  return {
    scope,
    userId,
    slug,
    displayName: own.spelling,
    path: `/${String(slug)}`,
    depth,
    usageCount: 0,
    color: mentions.find(({ color }) => color !== undefined)?.color,
    createdAt: usedAt,
    updatedAt: usedAt,
  };
}
