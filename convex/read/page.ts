/** Pages: every list is bounded in rows and in bytes, whoever asks. */
import type { PaginationOptions, PaginationResult } from "convex/server";
import { ConvexError, type Value } from "convex/values";
import { convexSize } from "../../transforms/convexSize.js";

/** At most this many items a page. */
export const maxPageItems = 500;
/** At most about this much of them, in bytes of Convex's own count: a quarter of what a function may read or return. */
export const maxPageBytes = 4 * 1024 * 1024;

/** As `usePaginatedQuery` sends them; without any, the first page of as many items as one may have. */
export type PageOptions = Pick<PaginationOptions, "numItems" | "cursor">;

export const firstPage: PageOptions = { numItems: maxPageItems, cursor: null };

export type Page<Item> = Pick<PaginationResult<Item>, "page" | "isDone" | "continueCursor">;

/** The answer where there is nothing, or nothing that the caller may see. */
export const emptyPage: Page<never> = { page: [], isDone: true, continueCursor: "" };

/** Options for `.paginate()`, bounded whatever a client sends; it reads as many documents as it asks items. */
export function boundedOptions(options: PageOptions, cursor = options.cursor): PaginationOptions {
  const numItems = itemsOf(options);
  return { numItems, cursor, maximumRowsRead: numItems, maximumBytesRead: maxPageBytes };
}

function itemsOf({ numItems }: PageOptions): number {
  return Number.isFinite(numItems) ? Math.min(Math.max(1, Math.floor(numItems)), maxPageItems) : maxPageItems;
}

/**
 * A page of a list that was read whole, since a part is bounded.
 *
 * @param keyOf grows along the list, the same for an item whichever side gave it, so that a page goes on where the one before
 * ended though the side changed in between
 */
export function sliceOf<Item>(items: readonly Item[], options: PageOptions, keyOf: (item: Item) => number): Page<Item> {
  const after = options.cursor === null ? Number.NEGATIVE_INFINITY : Number(options.cursor);
  if (Number.isNaN(after)) throw staleCursor();
  const left = items.filter((item) => keyOf(item) > after);
  const page: Item[] = [];
  let bytes = 0;
  for (const item of left) {
    bytes += convexSize(item as Value);
    if (page.length === itemsOf(options) || (page.length > 0 && bytes > maxPageBytes)) break;
    page.push(item);
  }
  const last = page.at(-1);
  return {
    page,
    isDone: page.length === left.length,
    continueCursor: last === undefined ? (options.cursor ?? "") : String(keyOf(last)),
  };
}

/** A cursor that leads nowhere; `usePaginatedQuery` knows it by its data and begins anew. */
export function staleCursor() {
  return new ConvexError({ code: "stale_cursor", isConvexSystemError: true, paginationError: "InvalidCursor" });
}
