/** Helpers for the tags of a bookmark, snippet, note or feedback. Users' tags are the owner's, feedback's are global. */
import { ConvexError } from "convex/values";
import { tagLevels, tagSlug } from "../../../transforms/tagSlug.js";
import { type TaggedTable, tagged } from "../../tagged.js";
import { editPart } from "../editPart.js";
import type { HelperContext } from "../helperContext.js";
import { elementsOf, orAbsent } from "../movedArray.js";

/**
 * Makes these the tags of a document. Of two spellings of one tag the first stays.
 *
 * @throws ConvexError `document_missing`, `empty_tag`, `tag_too_long` and what `editPart` refuses
 */
export async function setTags(
  ctx: HelperContext,
  table: TaggedTable,
  documentId: string,
  tags: readonly string[],
): Promise<void> {
  for (const tag of tags) refuseNoTag(table, documentId, tag);
  const slugs = tags.map(tagSlug);
  const once = tags.filter((_, index) => slugs.indexOf(slugs[index] ?? "") === index);
  await editPart(ctx.unnest, tagged[table], documentId, () => ({ tags: orAbsent(once) }));
}

/** Puts a tag behind those a document has; one it has already, however it is spelled, stays as it is. As `setTags`. */
export async function addTag(ctx: HelperContext, table: TaggedTable, documentId: string, tag: string): Promise<void> {
  refuseNoTag(table, documentId, tag);
  await editPart(ctx.unnest, tagged[table], documentId, (document) => {
    const tags = elementsOf(document, "tags");
    return tags.some((there) => tagSlug(String(there)) === tagSlug(tag)) ? {} : { tags: [...tags, tag] };
  });
}

/** Takes a tag, however it is spelled, from a document; its descendants stay. @throws ConvexError `document_missing` */
export async function removeTag(
  ctx: HelperContext,
  table: TaggedTable,
  documentId: string,
  tag: string,
): Promise<void> {
  await editPart(ctx.unnest, tagged[table], documentId, (document) => ({
    tags: orAbsent(elementsOf(document, "tags").filter((there) => tagSlug(String(there)) !== tagSlug(tag))),
  }));
}

function refuseNoTag(table: TaggedTable, documentId: string, tag: string): void {
  const levels = tagLevels(tag);
  if (typeof levels === "string") throw new ConvexError({ code: levels, table, documentId });
}
