/** What functions have read and written, for each function and all together. */
import { noUse, type Used } from "./transaction/usage.js";

export interface FunctionCounts {
  calls: number;
  /** Calls that ended with an error. */
  errors: number;
  documentsRead: number;
  bytesRead: number;
  /** Disjoint index intervals, summed over calls. */
  intervalsRead: number;
  documentsWritten: number;
  bytesWritten: number;
  /** Bytes of log and index entries, as write throughput is counted. */
  logBytesWritten: number;
  /** The most that one call took of each limit. */
  readonly most: Used;
}

export class Counters {
  readonly byFunction = new Map<string, FunctionCounts>();

  /** Adds one call; of one that failed, what it read. */
  add(path: string, used: Used, logBytes: number, failed: boolean): void {
    const counts = this.countsOf(path);
    counts.calls++;
    counts.documentsRead += used.documentsRead;
    counts.bytesRead += used.bytesRead;
    counts.intervalsRead += used.databaseQueries;
    for (const [metric, value] of Object.entries(used) as [keyof Used, number][]) {
      counts.most[metric] = Math.max(counts.most[metric], value);
    }
    if (failed) counts.errors++;
    else {
      counts.documentsWritten += used.documentsWritten;
      counts.bytesWritten += used.bytesWritten;
      counts.logBytesWritten += logBytes;
    }
  }

  /** All functions together. */
  total(): FunctionCounts {
    const total = noCounts();
    for (const counts of this.byFunction.values()) {
      for (const name of sums) total[name] += counts[name];
      for (const metric of Object.keys(total.most) as (keyof Used)[]) {
        total.most[metric] = Math.max(total.most[metric], counts.most[metric]);
      }
    }
    return total;
  }

  private countsOf(path: string): FunctionCounts {
    let counts = this.byFunction.get(path);
    if (counts === undefined) {
      counts = noCounts();
      this.byFunction.set(path, counts);
    }
    return counts;
  }
}

const sums = [
  "calls",
  "errors",
  "documentsRead",
  "bytesRead",
  "intervalsRead",
  "documentsWritten",
  "bytesWritten",
  "logBytesWritten",
] as const satisfies readonly (keyof FunctionCounts)[];

function noCounts(): FunctionCounts {
  const nothing = Object.fromEntries(sums.map((name) => [name, 0])) as Record<(typeof sums)[number], number>;
  return { ...nothing, most: noUse() };
}
