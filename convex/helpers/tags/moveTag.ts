/** Renaming under authority `new`, where the tag's row says what all of its links are called. */
import type { Fields } from "../../../transforms/defineTransform.js";
import { tagLevels, tagSlug } from "../../../transforms/tagSlug.js";
import { findDocument, rangeBy, type StoredDocument } from "../../documents.js";
import { hasHeadroom } from "../../phase/headroom.js";
import { editPart } from "../../sync/editPart.js";
import { isInDocument } from "../../sync/partValue.js";
import { touchForRow } from "../../sync/rowTouches.js";
import { phaseOf, type Sync } from "../../sync/sync.js";
import { indexOfKey } from "../../tableFacts.js";
import type { SchedulingContext } from "../helperContext.js";
import { elementsOf } from "../movedArray.js";
import { type Links, linksOf } from "./tagged.js";
import { growTag, nameOf, type Renaming, renamed, type TagOwner, tagOf } from "./tagTree.js";

/**
 * Links of a tag whose documents are looked at for an old array before the tag's row changes; the links of one that has more go over
 * to a new row instead.
 */
const mostSettled = 200;

/** Links read at once. */
const few = 50;

/**
 * Gives one tag its new name: one row changes; where another tag has that name already, the links go over to it. A tag whose new
 * name would be too long stays, below ancestors of its old name.
 *
 * @returns false when links are left for another transaction
 */
export async function moveTag(
  ctx: SchedulingContext,
  owner: TagOwner,
  tag: StoredDocument,
  renaming: Renaming,
): Promise<boolean> {
  const { unnest } = ctx;
  const next = renamed(nameOf(tag), renaming);
  if (next === null) {
    const levels = tagLevels(nameOf(tag));
    if (typeof levels !== "string") {
      const parentId = await growTag(unnest, owner, nameOf(tag), levels, { withoutItself: true });
      await unnest.db.patch(tag._id, { parentId });
    }
    return true;
  }
  const { name, levels } = next;
  const slug = levels.at(-1)?.slug ?? "";
  const target = await tagOf(unnest.db, owner, slug);
  if (target !== null) return await moveLinks(ctx, tag, target._id, name);
  const parentId = await growTag(unnest, owner, name, levels, { withoutItself: true });
  const columns = {
    slug,
    path: `/${slug}`,
    depth: levels.length - 1,
    displayName: name,
    parentId,
    updatedAt: Date.now(),
  };
  if (await settle(ctx, tag)) {
    await unnest.db.patch(tag._id, columns);
    // Names found before lead elsewhere now.
    unnest.entityIds.clear();
    return true;
  }
  const { _id, _creationTime, ...born } = { ...tag, ...columns, usageCount: 0 } as Fields;
  return await moveLinks(ctx, tag, await unnest.db.insert("tags", born), name);
}

/**
 * Brings the documents that a tag links into their rows: a sync of an old array that still stands would make the old tag anew.
 *
 * @returns false when they are too many for this transaction
 */
async function settle(ctx: SchedulingContext, tag: StoredDocument): Promise<boolean> {
  const { unnest } = ctx;
  let left = mostSettled;
  for (const links of linksOf(String(tag.scope))) {
    // No old array stands any more.
    if (phaseOf(unnest, links.transform).step === "complete") return true;
    for await (const link of rangeBy(unnest.db, links.table, "by_tag", [["tagId", tag._id]])) {
      if (left === 0 || !(await hasHeadroom(ctx))) return false;
      left -= 1;
      const documentId = String(link[links.column]);
      if (await standsInDocument(ctx, links, documentId))
        await editPart(unnest, links.transform, documentId, () => ({}));
    }
  }
  return true;
}

/** @param name the tag's new one, for arrays that still stand */
async function moveLinks(
  ctx: SchedulingContext,
  tag: StoredDocument,
  targetId: string,
  name: string,
): Promise<boolean> {
  const { db } = ctx.unnest;
  for (const links of linksOf(String(tag.scope))) {
    for (;;) {
      const found = await rangeBy(db, links.table, "by_tag", [["tagId", tag._id]]).take(few);
      if (found.length === 0) break;
      for (const link of found) {
        if (!(await hasHeadroom(ctx))) return false;
        const documentId = String(link[links.column]);
        if (!(await standsInDocument(ctx, links, documentId))) await moveLink(ctx.unnest, links, link, targetId);
        else {
          await editPart(ctx.unnest, links.transform, documentId, (document) => ({
            tags: elementsOf(document, "tags").map((text) => (tagSlug(String(text)) === tag.slug ? name : text)),
          }));
        }
      }
    }
  }
  return true;
}

/** The link of a document that has the other tag too goes. */
async function moveLink(
  { db, touches }: Sync,
  { table, column }: Links,
  link: StoredDocument,
  targetId: string,
): Promise<void> {
  const twins = rangeBy(db, table, indexOfKey(table).index, [
    [column, link[column]],
    ["tagId", targetId],
  ]);
  const moved = (await twins.first()) === null ? { ...link, tagId: targetId } : null;
  if (moved === null) await db.delete(link._id);
  else await db.patch(link._id, { tagId: targetId });
  await touchForRow(touches, table, link, moved);
}

/** Is the array the document's tags still, cleanup not having come to it? */
async function standsInDocument(
  { unnest }: SchedulingContext,
  { transform }: Links,
  documentId: string,
): Promise<boolean> {
  const { step } = phaseOf(unnest, transform);
  if (step === "complete") return false;
  const document = await findDocument(unnest.db, transform.table, documentId);
  return document !== null && isInDocument(transform, document, step);
}
