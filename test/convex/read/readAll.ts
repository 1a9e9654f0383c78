import type { Page, PageOptions } from "../../../convex/read/page.js";

/** Reads a list to its end in pages of so many items. */
export async function readAll<Item>(
  numItems: number,
  read: (paginationOpts: PageOptions) => Promise<Page<Item>>,
): Promise<{ readonly items: readonly Item[]; readonly pages: number }> {
  const items: Item[] = [];
  let page: Page<Item> = { page: [], isDone: false, continueCursor: "" };
  let pages = 0;
  for (let cursor: string | null = null; !page.isDone; cursor = page.continueCursor) {
    page = await read({ numItems, cursor });
    items.push(...page.page);
    pages += 1;
  }
  return { items, pages };
}
