import type { Fields } from "../../transforms/defineTransform.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";

/**
 * The row of a tag that is referred to for the first time. Later mentions change nothing: displayName and color are the
 * application's once the tag is there, and usageCount comes in touches.
 */
export function newTag(mentions: readonly Fields[], parentId: string | null): Fields {
  const [first = {}] = mentions;
  const own = mentions.find((mention) => mention.own === true) ?? first;
  const { scope, userId, slug, depth, usedAt } = first;
  return withoutAbsent({
    scope,
    userId,
    slug,
    displayName: own.spelling,
    path: `/${String(slug)}`,
    depth,
    parentId: parentId ?? undefined,
    usageCount: 0,
    color: mentions.find(({ color }) => color !== undefined)?.color,
    createdAt: usedAt,
    updatedAt: usedAt,
  });
}
