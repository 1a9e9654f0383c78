/** Tags as a tree of slugs: `work/project` stands below `work`. */
import { tagMentions } from "../../../transforms/tagMention.js";
import { type TagLevel, tagLevels, tagSlug } from "../../../transforms/tagSlug.js";
import type { AnyReader, StoredDocument } from "../../documents.js";
import { documentsBy } from "../../documents.js";
import { mergeEntities } from "../../sync/entities.js";
import type { Sync } from "../../sync/sync.js";

/** Whose tags. */
export interface TagOwner {
  readonly scope: "user" | "global";
  /** null for global tags. */
  readonly userId: string | null;
}

/** The tag of a slug; of two the oldest counts. */
export async function tagOf(db: AnyReader, { scope, userId }: TagOwner, slug: string): Promise<StoredDocument | null> {
  const found = await documentsBy(db, "tags", "by_user_slug", [
    ["userId", userId ?? undefined],
    ["slug", slug],
  ]);
  return found.find((tag) => tag.scope === scope) ?? null;
}

/**
 * Descendants of a slug in the order of their paths, parents first.
 *
 * @param after a path among them; only those behind it
 */
export async function descendantsOf(
  db: AnyReader,
  { userId }: TagOwner,
  slug: string,
  { after, atMost }: { readonly after?: string | null; readonly atMost: number },
): Promise<readonly StoredDocument[]> {
  return await below(db, userId, after ?? `/${slug}/`, endOf(slug)).take(atMost);
}

/** The same from the last one back, children first. @param before only those before this path */
export async function lastDescendantsOf(
  db: AnyReader,
  { userId }: TagOwner,
  slug: string,
  { before, atMost }: { readonly before: string | null; readonly atMost: number },
): Promise<readonly StoredDocument[]> {
  return await below(db, userId, `/${slug}/`, before ?? endOf(slug))
    .order("desc")
    .take(atMost);
}

function below(db: AnyReader, userId: string | null, after: string, before: string) {
  return db.query("tags").withIndex("by_user_path", (range) =>
    range
      .eq("userId", userId ?? undefined)
      .gt("path", after)
      .lt("path", before),
  );
}

/** The first text behind all paths below a slug: `0` is the character after `/`. */
function endOf(slug: string): string {
  return `/${slug}0`;
}

/** What a tag is called: its displayName, unless somebody wrote one that belongs to another tag. */
export function nameOf({ displayName, slug }: StoredDocument): string {
  const name = String(displayName);
  return tagSlug(name) === slug ? name : String(slug);
}

/** Makes a tag's ancestors be there, the tag itself too unless it is left out. @returns the id of its parent */
export async function growTag(
  sync: Sync,
  owner: TagOwner,
  name: string,
  levels: readonly TagLevel[],
  { withoutItself = false } = {},
): Promise<string | undefined> {
  const mentions = tagMentions(name, levels, { ...owner, origin: "array", usedAt: Date.now() });
  await mergeEntities(sync, withoutItself ? mentions.slice(0, -1) : mentions);
  const parent = levels.at(-2);
  return parent && (await tagOf(sync.db, owner, parent.slug))?._id;
}

/** A spelling put in the place of another tag's, descendants included. */
export interface Renaming {
  /** Slug. */
  readonly from: string;
  /** Spelled, of another slug that is not below `from`. */
  readonly to: string;
}

/** What a text reads after a renaming; null where it stays: it is another tag, or its new name would be too long. */
export function renamed(text: string, { from, to }: Renaming): { name: string; levels: readonly TagLevel[] } | null {
  const slug = tagSlug(text);
  if (slug !== from && !slug.startsWith(`${from}/`)) return null;
  const rest = spellingOf(text).split("/").slice(from.split("/").length);
  const name = rest.length === 0 ? to : [spellingOf(to), ...rest].join("/");
  const newLevels = tagLevels(name);
  return typeof newLevels === "string" ? null : { name, levels: newLevels };
}

/** A text without what its slug does not see between segments. */
function spellingOf(text: string): string {
  const levels = tagLevels(text);
  return (typeof levels === "string" ? undefined : levels.at(-1)?.spelling) ?? text;
}
