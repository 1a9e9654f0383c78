import type { TransactionMetrics } from "../../../convex/meta.js";
import { Budget } from "../../../convex/sync/budget.js";

const spent = { used: 0, remaining: 0 };

/** Of a transaction of which syncs get no share, though jobs for them still fit. */
export function busyBudget(): Budget {
  const metrics = async () => new Proxy({}, { get: () => spent }) as TransactionMetrics;
  return Object.assign(new Budget(metrics), { remains: async () => true, mayLook: async () => true });
}
