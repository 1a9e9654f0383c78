/** What a transaction has used of its limits, and the backend's words where one is passed. */
import type { TransactionLimits } from "../../convexFormat/functionLimits.js";
import { FunctionError } from "../functions/functionError.js";

const MiB = 1_048_576;
const readHelp =
  "Consider using smaller limits in your queries, paginating your queries, or using indexed queries with a selective index range expressions.";

/** In the order of `getTransactionMetrics`. */
const metrics = [
  "bytesRead",
  "bytesWritten",
  "databaseQueries",
  "documentsRead",
  "documentsWritten",
  "functionsScheduled",
  "scheduledFunctionArgsBytes",
] as const satisfies readonly (keyof TransactionLimits)[];

type Metric = (typeof metrics)[number];

const wordings: Record<Metric, (limit: number) => string> = {
  bytesRead: (limit) => `Too many bytes read in a single function execution (limit: ${limit} bytes). ${readHelp}`,
  bytesWritten: (limit) => `Too many bytes written in a single function execution (limit: ${inMiB(limit)})`,
  databaseQueries: (limit) => `Too many reads in a single function execution (limit: ${limit}). ${readHelp}`,
  documentsRead: (limit) => `Too many documents read in a single function execution (limit: ${limit}). ${readHelp}`,
  documentsWritten: (limit) => `Too many writes in a single function execution (limit: ${limit})`,
  functionsScheduled: (limit) => `Too many functions scheduled by this mutation (limit: ${limit})`,
  scheduledFunctionArgsBytes: (limit) =>
    `Too large total size of the arguments of scheduled functions from this mutation (limit: ${inMiB(limit)})`,
};

function inMiB(bytes: number): string {
  return bytes % MiB === 0 ? `${bytes / MiB} MiB` : `${bytes} bytes`;
}

export type Used = Record<Metric, number>;

export function noUse(): Used {
  return Object.fromEntries(metrics.map((metric) => [metric, 0])) as Used;
}

export class Usage {
  readonly used = noUse();

  constructor(private limits: TransactionLimits) {}

  /** @throws FunctionError in the backend's words once a limit is passed; equal to it is not past it. */
  private check(...which: Metric[]): void {
    for (const metric of which) {
      if (this.used[metric] > this.limits[metric]) throw new FunctionError(wordings[metric](this.limits[metric]));
    }
  }

  readDocument(size: number): void {
    this.used.documentsRead++;
    this.used.bytesRead += size;
    this.check("documentsRead", "bytesRead");
  }

  /** @param size 0 for a delete */
  writeDocument(size: number): void {
    this.used.documentsWritten++;
    this.used.bytesWritten += size;
    this.check("documentsWritten", "bytesWritten");
  }

  /** @param intervals of the whole transaction, disjoint for each index */
  readIntervals(intervals: number): void {
    this.used.databaseQueries = intervals;
    this.check("databaseQueries");
  }

  schedule(argumentBytes: number): void {
    this.used.functionsScheduled++;
    this.used.scheduledFunctionArgsBytes += argumentBytes;
    this.check("functionsScheduled", "scheduledFunctionArgsBytes");
  }

  /** As `ctx.meta.getTransactionMetrics()` answers. */
  metrics(): Record<Metric, { used: number; remaining: number }> {
    const entry = (metric: Metric) => ({ used: this.used[metric], remaining: this.limits[metric] - this.used[metric] });
    return Object.fromEntries(metrics.map((metric) => [metric, entry(metric)])) as ReturnType<Usage["metrics"]>;
  }

  /**
   * Lowers limits for a function that is called within this transaction: each as far as what is used plus what the caller grants.
   *
   * @returns puts the limits back; with `undone` also what was written since, though never what was read
   */
  narrow(granted: Partial<TransactionLimits>): (undone: boolean) => void {
    const { limits, used } = this;
    const before = { ...used };
    const narrowed = { ...limits };
    for (const metric of metrics) {
      const grant = granted[metric];
      if (grant !== undefined) narrowed[metric] = Math.min(limits[metric], used[metric] + grant);
    }
    this.limits = narrowed;
    return (undone) => {
      this.limits = limits;
      if (!undone) return;
      const { bytesWritten, documentsWritten, functionsScheduled, scheduledFunctionArgsBytes } = before;
      Object.assign(used, { bytesWritten, documentsWritten, functionsScheduled, scheduledFunctionArgsBytes });
    };
  }
}
