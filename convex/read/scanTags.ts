/** Tags as the arrays of the old documents have them: the old side of `searchTags`. */
import type { PaginationResult } from "convex/server";
import type { GenericId, Value } from "convex/values";
import { tagLevels } from "../../transforms/tagSlug.js";
import { anyReader, rangeBy, type StoredDocument } from "../documents.js";
import { boundedOptions, type Page, type PageOptions, staleCursor } from "./page.js";
import { type Place, readCursor, writeCursor } from "./placedCursor.js";
import type { KnownCtx } from "./reading.js";
import type { FoundTag } from "./searchTags.js";

/** Tables with tags of users, and of everybody: the autocomplete list has names, feedback has arrays. */
const taggedTables = { user: ["bookmarks", "snippets", "notes"], global: ["feedbackTags", "feedback"] } as const;

/** The side its cursors name; a place's `at` is the table's index. */
const side = "arrays";

/**
 * The tags in a page of one table's documents, ancestors included, that begin so.
 *
 * @param begin of the slug
 * @param options a page is as many documents as it asks items, of which any number of tags may come
 */
export async function scanTags(
  { db }: KnownCtx,
  userId: GenericId<"users"> | null,
  begin: string,
  options: PageOptions,
): Promise<Page<FoundTag>> {
  const tables = taggedTables[userId === null ? "global" : "user"];
  const { at, inner } = readCursor(side, options.cursor);
  const table = tables[at];
  if (table === undefined) throw staleCursor();
  const reader = anyReader(db);
  const documents = userId === null ? reader.query(table) : rangeBy(reader, table, "by_user", [["userId", userId]]);
  const result = (await documents.paginate(boundedOptions(options, inner))) as PaginationResult<StoredDocument>;
  const isLast = at === tables.length - 1;
  const next: Place = result.isDone ? { at: at + 1, inner: null } : { at, inner: result.continueCursor };
  return {
    page: tagsOf(result.page, begin),
    isDone: result.isDone && isLast,
    continueCursor: writeCursor(side, next),
  };
}

function tagsOf(documents: readonly StoredDocument[], begin: string): FoundTag[] {
  const found = new Map<string, FoundTag>();
  for (const document of documents) {
    for (const text of textsOf(document)) {
      const levels = tagLevels(text);
      if (typeof levels === "string") continue;
      levels.forEach(({ slug, spelling }, level) => {
        if (!slug.startsWith(begin)) return;
        const there = found.get(slug) ?? { slug, displayName: spelling, usageCount: 0 };
        const uses = level === levels.length - 1 ? 1 : 0;
        found.set(slug, { ...there, usageCount: there.usageCount + uses });
      });
    }
  }
  return [...found.values()].sort((left, right) => (left.slug < right.slug ? -1 : 1));
}

function textsOf({ name, tags }: StoredDocument): string[] {
  const texts: Value[] = Array.isArray(tags) ? tags : typeof name === "string" ? [name] : [];
  return texts.filter((text): text is string => typeof text === "string");
}
