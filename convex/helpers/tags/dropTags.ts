import { type AnyReader, rangeBy, type StoredDocument } from "../../documents.js";
import { hasHeadroom } from "../../phase/headroom.js";
import type { SchedulingContext } from "../helperContext.js";
import { linksOf } from "./tagged.js";
import { lastDescendantsOf, type TagOwner, tagOf } from "./tagTree.js";

/** Tags read at once. */
const few = 50;

/**
 * Removes a tag and its descendants as far as nothing refers to them: children before parents, the tag itself last.
 *
 * @param cursor the path before which to go on; null begins
 * @returns where to go on; null when it is through
 */
export async function dropTags(
  ctx: SchedulingContext,
  owner: TagOwner,
  slug: string,
  cursor: string | null,
): Promise<string | null> {
  const { db } = ctx.unnest;
  let before = cursor;
  for (;;) {
    const tags = await lastDescendantsOf(db, owner, slug, { before, atMost: few });
    for (const tag of tags) {
      if (!(await hasHeadroom(ctx))) return before ?? `/${slug}0`;
      await dropUnused(ctx, tag);
      before = String(tag.path);
    }
    if (tags.length < few) break;
  }
  const tag = await tagOf(db, owner, slug);
  if (tag !== null) await dropUnused(ctx, tag);
  return null;
}

async function dropUnused({ unnest }: SchedulingContext, tag: StoredDocument): Promise<void> {
  if (await isUsed(unnest.db, tag)) return;
  await unnest.db.delete(tag._id);
  // Whoever refers to it again makes it anew.
  unnest.entityIds.clear();
}

async function isUsed(db: AnyReader, { _id, scope }: StoredDocument): Promise<boolean> {
  const child = await rangeBy(db, "tags", "by_parent", [["parentId", _id]]).first();
  if (child !== null) return true;
  for (const { table } of linksOf(String(scope))) {
    if ((await rangeBy(db, table, "by_tag", [["tagId", _id]]).first()) !== null) return true;
  }
  return false;
}
