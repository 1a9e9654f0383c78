import { limitNames, transactionMetrics } from "./meta.js";

/** Where a deployment cannot tell what a transaction has used: so many documents, of 1 MiB and with 500 rows each, fit in any case. */
const documentsUnmeasured = 4;

/** How often a transaction was told that there is room, by its context, which ends with it. */
const told = new WeakMap<object, number>();

/**
 * Is there room for another document? A page stops where half of any limit of its transaction is spent, so that the document it is at,
 * however large, still fits into the other half.
 *
 * @param ctx the mutation's or query's, the same object throughout a transaction
 */
export async function hasHeadroom(ctx: object): Promise<boolean> {
  const metrics = await transactionMetrics(ctx);
  if (metrics !== null) return limitNames.every((name) => metrics[name].used < metrics[name].remaining);
  const times = told.get(ctx) ?? 0;
  told.set(ctx, times + 1);
  return times < documentsUnmeasured;
}
