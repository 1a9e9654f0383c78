import { defineTransform, type SourceDocument, type Transform } from "./defineTransform.js";
import { movedElements } from "./movedElements.js";
import { startPart } from "./partBuilder.js";
import { isRowTooLarge } from "./rowSize.js";
import { rowsInOrder } from "./storedRows.js";
import { tagKey, tagMentions } from "./tagMention.js";
import { tagLevels, tagSlug } from "./tagSlug.js";

/** What sets the tags of one kind of document apart from those of the others. */
export interface EntityTags {
  readonly part: string;
  /** Table of the tagged documents. */
  readonly table: string;
  readonly element: string;
  /** Code of an element that is no text. */
  readonly invalid: string;
  /** Table of the links, and its column that holds the tagged document's id. */
  readonly links: string;
  readonly linkColumn: string;
  /** Whose the tags are: the document owner's, or everybody's. */
  readonly scope: "user" | "global";
}

/** Phase 5: the array `tags` of a document → one link a tag, and mentions of the tags with their ancestors. */
export function entityTags(kind: EntityTags): Transform {
  const { part: name, table, element, invalid, links, linkColumn, scope } = kind;
  return defineTransform({
    part: name,
    phase: "phase-5",
    table,
    moves: ["tags"],
    reads: {
      fields: ["tags", "userId", "createdAt"],
      lookups: { owner: { via: "userId", table: "users", fields: [] } },
    },
    elements: { [element]: links },
    writes: { [links]: linkColumn },
    mentions: ["tags"],

    map({ document, lookup: { owner } }) {
      const part = startPart(document, ["tags"]);
      /** Label of the link by slug. */
      const linked = new Map<string, string>();
      for (const { path, value, index } of movedElements(document, "tags", element)) {
        part.found(element);
        const { createdAt } = document;
        if (!owner) part.rejected(element, { code: "owner_missing", path, value });
        else if (typeof value !== "string" || index === null) part.rejected(element, { code: invalid, path, value });
        else if (typeof createdAt !== "number")
          part.rejected(element, { code: invalid, path, value, detail: "createdAt" });
        else {
          const levels = tagLevels(value);
          if (typeof levels === "string") {
            part.rejected(element, { code: levels, path, value });
            continue;
          }
          const userId = owner._id;
          const use = { scope, userId: scope === "user" ? userId : null, origin: "array", usedAt: createdAt } as const;
          const slug = levels.at(-1)?.slug ?? "";
          const label = linked.get(slug);
          if (label === undefined) {
            const columns = { [linkColumn]: document._id, userId, label: value, position: index, createdAt };
            const refs = [{ column: "tagId", table: "tags", key: tagKey(use, slug) }];
            if (isRowTooLarge(columns, refs)) {
              part.rejected(element, { code: "row_too_large", path, value });
              continue;
            }
            part.row({ table: links, value: columns, refs, element, path });
            linked.set(slug, value);
          } else {
            part.merged(element, { code: "duplicate_tag", path, value: label === value ? undefined : value });
          }
          for (const mention of tagMentions(value, levels, use)) part.mention(mention);
        }
      }
      return part.finish();
    },

    elementsOf(document) {
      return movedElements(document, "tags", element).map(({ path, value }) => ({ element, path, value }));
    },

    rebuild({ rows, entities, kept }) {
      if (kept.tags !== undefined) return { tags: kept.tags };
      const inOrder = rowsInOrder(rows[links]);
      return inOrder.length === 0 ? {} : { tags: inOrder.map((link) => shownLabel(link, entities.tags)) };
    },

    /** The position: it survives renaming, merging and re-spelling a tag. */
    identity: ({ position }) => String(position),
  });
}

/**
 * A link's label counts only while its slug is its tag's; else the tag was renamed or merged and its displayName counts, and likewise
 * where the application wrote a link without a label.
 */
export function shownLabel(link: SourceDocument, tags: ReadonlyMap<string, SourceDocument> | undefined): string {
  const { label } = link;
  const tag = tags?.get(String(link.tagId));
  const counts = typeof label === "string" && (tag === undefined || tag.slug === tagSlug(label));
  return counts ? label : String(tag?.displayName ?? "");
}
