/** Renaming under authority `new`, where the tag's row says what all of its links are called. */
import type { Value } from "convex/values";
import type { Fields } from "../../../transforms/defineTransform.js";
import { tagLevels, tagSlug } from "../../../transforms/tagSlug.js";
import { findDocument, rangeBy, type StoredDocument } from "../../documents.js";
import { hasHeadroom } from "../../headroom.js";
import { rememberAgain } from "../../sync/movedParts.js";
import { readOriginals } from "../../sync/originals.js";
import { isInDocument, withPartValue } from "../../sync/partValue.js";
import { phaseOf, type Sync } from "../../sync/sync.js";
import { indexOfKey } from "../../tableFacts.js";
import { type Links, linksOf } from "../../tagged.js";
import { touchForRow } from "../../touches/rowTouches.js";
import { editPart } from "../editPart.js";
import type { SchedulingContext } from "../helperContext.js";
import { elementsOf } from "../movedArray.js";
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
 * Brings the documents that a tag links into their rows, where the tag is told once: a sync of an old array that still stands, or a
 * second spelling in an original, would make the old tag anew.
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
      if (await isSpelledOut(ctx, links, documentId, String(tag.slug)))
        await editPart(unnest, links.transform, documentId, (document) => ({ tags: once(document, String(tag.slug)) }));
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
        if (!(await isSpelledOut(ctx, links, documentId, String(tag.slug))))
          await moveLink(ctx.unnest, links, link, targetId);
        else {
          await editPart(ctx.unnest, links.transform, documentId, (document) => ({
            tags: once(document, String(tag.slug), name),
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
  { table, column, transform }: Links,
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
  if (moved === null) await rememberAgain(db, transform, String(link[column]));
}

/** The tags with one of them once, by its first spelling or by a new name, which it may have already. */
function once(document: Fields, slug: string, name?: string): Value[] {
  const texts = elementsOf(document, "tags");
  const slugs = texts.map((text) => tagSlug(String(text)));
  const first = name !== undefined && slugs.includes(tagSlug(name)) ? -1 : slugs.indexOf(slug);
  return texts.flatMap((text, at) => (slugs[at] !== slug ? [text] : at === first ? [name ?? text] : []));
}

/**
 * Does an array say what the tag's row does not: since cleanup has not come to it, or as an original that has the tag twice, of which the
 * second gave no row?
 */
async function isSpelledOut(
  { unnest }: SchedulingContext,
  { transform }: Links,
  documentId: string,
  slug: string,
): Promise<boolean> {
  const { step } = phaseOf(unnest, transform);
  if (step === "complete") return false;
  const document = await findDocument(unnest.db, transform.table, documentId);
  if (document === null) return false;
  if (isInDocument(transform, document, step)) return true;
  if (Object.keys(await readOriginals(unnest.db, transform, documentId)).length === 0) return false;
  const texts = elementsOf(await withPartValue(unnest.db, transform, document, step), "tags");
  return texts.filter((text) => tagSlug(String(text)) === slug).length > 1;
}
