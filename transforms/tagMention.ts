import type { EntityMention } from "./defineTransform.js";
import type { TagLevel } from "./tagSlug.js";

/**
 * Columns of a mention of a tag. Every array element and every name in `feedbackTags` mentions its tag once, a repeated
 * element too, and before it each ancestor of that tag once: so counting mentions counts spellings.
 *
 * - `scope`, `userId` (NULL for global tags), `slug`: the tag's natural key.
 * - `parentSlug`: slug of the tag one level up; NULL for a root.
 * - `depth`: 0 for a root.
 * - `spelling`: candidate for displayName. Of the tag itself the text, trimmed; of an ancestor the segments that lead to
 *   it, each trimmed, joined by `/`.
 * - `own`: true where the text names this very tag, false where it names a descendant. A displayName comes from own
 *   spellings where there are any.
 * - `origin`: `array` for an element of a document's `tags`, `name` for a row of `feedbackTags`.
 * - `color`: that row's color, only with `own` (an ancestor has no color of its own).
 * - `usedAt`: createdAt of the document or `feedbackTags` row, ms; bounds the tag's createdAt and updatedAt.
 */
export const tagColumns = {
  scope: "VARCHAR",
  userId: "VARCHAR",
  slug: "VARCHAR",
  parentSlug: "VARCHAR",
  depth: "DOUBLE",
  spelling: "VARCHAR",
  own: "BOOLEAN",
  origin: "VARCHAR",
  color: "VARCHAR",
  usedAt: "DOUBLE",
} as const;

/** Whose tag it is and who says so. */
export interface TagUse {
  readonly scope: "user" | "global";
  /** null for a global tag. */
  readonly userId: string | null;
  readonly origin: "array" | "name";
  readonly usedAt: number;
  readonly color?: string | undefined;
}

/** Natural key of a tag, in the order the schema declares it. */
export function tagKey({ scope, userId }: Pick<TagUse, "scope" | "userId">, slug: string): readonly (string | null)[] {
  return [scope, userId, slug];
}

/**
 * What one text says about its tag and the tag's ancestors, root first, the tag itself last.
 *
 * @param levels the tag's levels; at least one.
 */
export function tagMentions(text: string, levels: readonly TagLevel[], use: TagUse): readonly EntityMention[] {
  return levels.map(({ slug, spelling }, depth) => {
    const own = depth === levels.length - 1;
    return {
      table: "tags",
      key: tagKey(use, slug),
      value: {
        scope: use.scope,
        ...(use.userId === null ? {} : { userId: use.userId }),
        slug,
        ...(depth === 0 ? {} : { parentSlug: levels[depth - 1]?.slug }),
        depth,
        spelling: own ? text.trim() : spelling,
        own,
        origin: use.origin,
        ...(own && use.color !== undefined ? { color: use.color } : {}),
        usedAt: use.usedAt,
      },
    };
  });
}
