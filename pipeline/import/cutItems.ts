import type { ItemCost } from "./batch.js";
import { addUsage, fits, type Usage } from "./usage.js";

/** An item that costs the same whatever stands beside it. */
export interface PlainItem {
  readonly text: string;
  readonly cost: ItemCost;
  readonly usage: Readonly<Usage>;
}

/**
 * Cuts items into batches, as many as fit into each, in order; an item that is too much for one is alone in its own. Holds one batch.
 *
 * @param base what a batch takes beside its items
 */
export async function* cutItems<Item extends PlainItem>(
  items: AsyncIterable<Item>,
  base: Readonly<Usage>,
  most: Readonly<Usage>,
): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  let usage = base;
  for await (const item of items) {
    const more = addUsage(usage, item.usage);
    if (batch.length > 0 && !fits(more, most)) {
      yield batch;
      [batch, usage] = [[item], addUsage(base, item.usage)];
    } else {
      batch.push(item);
      usage = more;
    }
  }
  if (batch.length > 0) yield batch;
}
