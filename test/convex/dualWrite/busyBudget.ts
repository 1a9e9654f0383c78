import type { TransactionMetrics } from "../../../convex/meta.js";
import { Budget } from "../../../convex/sync/budget.js";

const spent = { used: 0, remaining: 0 };

/** Of a transaction of which nothing is left for syncs. */
export function busyBudget(): Budget {
  return new Budget(async () => new Proxy({}, { get: () => spent }) as TransactionMetrics);
}
