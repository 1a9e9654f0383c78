import { addCosts, type Batch, type ItemCost } from "./batch.js";
import { prices } from "./prices.js";

/** What sending some batches takes. Bytes and calls are the plan's; seconds and dollars follow from them. */
export interface Forecast extends ItemCost {
  readonly calls: number;
  readonly items: number;
  /** At the write budget; null without one. */
  readonly seconds: number | null;
  /** US dollars once, for calls and for bytes read and written. */
  readonly dollars: number;
  /** US dollars a month for the rows, their indexes and the migration's own records. */
  readonly dollarsMonthly: number;
}

/** @param bytesPerSecond the write budget; null for none */
export function forecast(batches: readonly Batch[], bytesPerSecond: number | null): Forecast {
  const costs = addCosts(batches);
  const calls = batches.length;
  return {
    ...costs,
    calls,
    items: batches.reduce((sum, { items }) => sum + items, 0),
    seconds: bytesPerSecond === null ? null : costs.writeBytes / bytesPerSecond,
    dollars: calls * prices.call + (costs.bytesRead + costs.bytesWritten) * prices.databaseByte,
    dollarsMonthly: costs.writeBytes * prices.storedByteMonth,
  };
}
