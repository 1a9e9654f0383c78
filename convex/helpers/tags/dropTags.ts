import type { StoredDocument } from "../../documents.js";
import { hasHeadroom } from "../../headroom.js";
import { isReferredTo } from "../../sync/isReferredTo.js";
import type { SchedulingContext } from "../helperContext.js";
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
  if (await isReferredTo(unnest.db, "tags", tag._id)) return;
  await unnest.db.delete(tag._id);
  // Whoever refers to it again makes it anew.
  unnest.entityIds.clear();
}
