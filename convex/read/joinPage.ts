import type { Value } from "convex/values";
import { convexSize } from "../../transforms/convexSize.js";
import { maxPageBytes, type Page, type PageOptions } from "./page.js";
import { type Place, readCursor, writeCursor } from "./placedCursor.js";

/** Documents of this many items are read at once, so that a page ends soon after its bytes are spent. */
const readAtOnce = 4;

/**
 * A page of items with the documents they refer to. Where those take too many bytes the page ends early, and the next one reads
 * the same items again, which are small, and goes on behind those that were answered.
 *
 * @param side named in the cursor: one that another side gave leads nowhere
 * @param read the items from a cursor of its own
 * @param join null leaves an item out
 */
export async function joinPage<Item, Joined>(
  side: string,
  options: PageOptions,
  read: (cursor: string | null) => Promise<Page<Item>>,
  join: (item: Item) => Promise<Joined | null>,
): Promise<Page<Joined>> {
  const place = readCursor(side, options.cursor);
  const { page, isDone, continueCursor } = await read(place.inner);
  const joined: Joined[] = [];
  let bytes = 0;
  let { at } = place;
  for (; at < page.length && bytes < maxPageBytes; at += readAtOnce) {
    const found = await Promise.all(page.slice(at, at + readAtOnce).map(join));
    for (const item of found) {
      if (item === null) continue;
      bytes += convexSize(item as Value);
      joined.push(item);
    }
  }
  const next: Place = at < page.length ? { at, inner: place.inner } : { at: 0, inner: continueCursor };
  return { page: joined, isDone: isDone && at >= page.length, continueCursor: writeCursor(side, next) };
}
