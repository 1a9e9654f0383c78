import type { ItemsAnswer } from "./answers.js";
import type { Batch } from "./batch.js";
import { type Contents, costOfSlice } from "./contents.js";

/** A batch without a number yet. */
export type Slice = Omit<Batch, "number">;

/** A batch's two halves, by what they are made of. Their ids follow from its own and the items, so that halves made again are the same. */
export function halvesOf(batch: Batch, contents: Contents): readonly Slice[] {
  const middle = Math.ceil(batch.items / 2);
  return [
    [0, middle],
    [middle, batch.items - middle],
  ].map(([first = 0, items = 0]) => {
    const from = batch.first + first;
    return sliceOf(batch, contents, { first, items, batchId: `${rootOf(batch.batchId)}/${from}-${from + items}` });
  });
}

/** What the deployment did of a batch that it closed early. */
export function beginningOf(batch: Batch, contents: Contents, { from }: NonNullable<ItemsAnswer["rest"]>): Slice {
  return sliceOf(batch, contents, { first: 0, items: from, batchId: batch.batchId });
}

/** What the deployment left of a batch, under the id it gave. */
export function restOf(batch: Batch, contents: Contents, { batchId, from }: NonNullable<ItemsAnswer["rest"]>): Slice {
  return sliceOf(batch, contents, { first: from, items: batch.items - from, batchId });
}

/** @param first counted in the batch */
function sliceOf(
  batch: Batch,
  contents: Contents,
  { first, items, batchId }: Pick<Batch, "first" | "items" | "batchId">,
): Slice {
  const { number: _, ...rest } = batch;
  return {
    ...rest,
    ...costOfSlice(contents, batch, first, items),
    first: batch.first + first,
    items,
    batchId,
    attempts: 0,
  };
}

/** The id without the items of a slice. */
function rootOf(batchId: string): string {
  return batchId.split("/")[0] ?? batchId;
}
